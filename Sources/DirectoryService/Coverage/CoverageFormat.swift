import Schema

/// The forms in which coverage is answered, by `Accept`: all of it as JSON, a map of it, or the communes that nobody
/// reaches as a table.
enum CoverageFormat: String, CaseIterable {
    case json = "application/json"
    case geoJSON = "application/geo+json"
    case csv = "text/csv"

    static let mediaTypes = allCases.map(\.rawValue)

    var contentType: String { self == .csv ? "text/csv; charset=utf-8" : rawValue }

    func encoded(_ coverage: RegionCoverage, in geography: Geography) -> [UInt8] {
        switch self {
        case .json: Self.json(coverage, geography)
        case .geoJSON: CoverageMap(coverage, in: geography).bytes
        case .csv: Self.table(coverage)
        }
    }

    private static func json(_ coverage: RegionCoverage, _ geography: Geography) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 65_536)
        json.object { json in
            json.member("region", coverage.question.region)
            json.member("services", coverage.question.services)
            json.member("max_km", coverage.question.maxKilometres)
            json.member("structures", coverage.operators)
            write(RegionCoverage.Share(of: coverage.places), to: &json)
            let distances = coverage.distances
            json.member("distance") { json in
                json.optional(distances.quantile(percent: 50)) { json, median in
                    json.object { json in
                        json.member("median_m", median)
                        json.member("p90_m", distances.quantile(percent: 90))
                    }
                }
            }
            json.member("territory_kind", coverage.territoryKind)
            json.member("territories") { json in
                json.array(of: coverage.territories) { json, territory in
                    json.object { json in
                        json.member("key", territory.key)
                        json.member("name", territory.key.flatMap { geography.territories[$0]?.name })
                        write(territory.share, to: &json)
                    }
                }
            }
            json.member("departments") { json in
                let groups = Dictionary(grouping: coverage.places) { $0.commune.department }
                json.array(of: groups.sorted { $0.key < $1.key }) { json, group in
                    json.object { json in
                        json.member("code", group.key)
                        write(RegionCoverage.Share(of: group.value), to: &json)
                    }
                }
            }
            json.member("uncovered") { json in
                json.array(of: coverage.uncovered) { json, place in json.object { members(of: place, to: &$0) } }
            }
            json.member("refused_communes") { json in
                json.array(of: coverage.refused) { json, commune in
                    json.object { json in
                        json.member("insee_code", commune.code)
                        json.member("name", commune.name)
                        json.member("reason", "population-unknown")
                    }
                }
            }
        }
        return json.bytes
    }

    static func write(_ share: RegionCoverage.Share, to json: inout JSONWriter) {
        func percent(_ part: Int) -> (inout JSONWriter) -> Void {
            { json in
                json.optional(Hundredths(percent: part, of: share.population)) {
                    $0.value(JSONValue.number(JSONNumber(text: $1.text)))
                }
            }
        }
        json.member("population", share.population)
        json.member("covered_population", share.covered)
        json.member("covered_percent", percent(share.covered))
        json.member("remote") { json in
            json.object { json in
                json.member("covered_population", share.coveredFromAfar)
                json.member("covered_percent", percent(share.coveredFromAfar))
            }
        }
    }

    static func members(of place: RegionCoverage.Place, to json: inout JSONWriter) {
        json.member("insee_code", place.commune.code)
        json.member("name", place.commune.name)
        json.member("department", place.commune.department)
        json.member("territory", place.territory)
        json.member("population", place.commune.population)
        json.member("nearest_m", place.nearest)
        json.member("covered_remotely", place.isCoveredFromAfar)
    }

    private static func table(_ coverage: RegionCoverage) -> [UInt8] {
        var table = CSVWriter(reservingCapacity: 16_384)
        table.record(
            [
                "insee_code", "name", "department", "territory", "population", "nearest_m", "covered_remotely",
                "latitude", "longitude",
            ].map { .literal($0) })
        for place in coverage.uncovered {
            table.record([
                .literal(place.commune.code), .text(place.commune.name), .literal(place.commune.department),
                .text(place.territory ?? ""), .literal("\(place.commune.population)"),
                .literal(place.nearest.map(String.init) ?? ""), .literal("\(place.isCoveredFromAfar)"),
                .literal("\(place.commune.centroid.latitude)"), .literal("\(place.commune.centroid.longitude)"),
            ])
        }
        return table.bytes
    }
}
