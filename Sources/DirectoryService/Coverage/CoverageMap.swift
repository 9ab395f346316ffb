import Schema

/// Coverage as a map (GeoJSON, RFC 7946): the region's territories, with their outlines as far as they are known and their
/// shares, and over them the communes that nobody reaches, at their centroids.
struct CoverageMap {
    let bytes: [UInt8]

    init(_ coverage: RegionCoverage, in geography: Geography) {
        let territories = coverage.territories.compactMap { one in
            one.key.flatMap { geography.territories[$0] }.map { (territory: $0, share: one.share) }
        }
        var json = JSONWriter(reservingCapacity: 65_536)
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { json in
                json.array { json in
                    for (territory, share) in territories { Self.write(territory, share, in: geography, to: &json) }
                    for place in coverage.uncovered { Self.write(place, to: &json) }
                }
            }
        }
        bytes = json.bytes
    }

    private static func write(
        _ territory: Territory, _ share: RegionCoverage.Share, in geography: Geography, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("type", "Feature")
            json.member("id", territory.key)
            json.member("geometry") { TerritoryFeature.writeGeometry(of: territory, in: geography, to: &$0) }
            json.member("properties") { json in
                json.object { json in
                    json.member("feature", "territory")
                    json.member("key", territory.key)
                    json.member("name", territory.name)
                    CoverageFormat.write(share, to: &json)
                }
            }
        }
    }

    private static func write(_ place: RegionCoverage.Place, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "Feature")
            json.member("id", place.commune.code)
            json.member("geometry") { json in
                json.object { json in
                    json.member("type", "Point")
                    json.member("coordinates") { json in
                        json.array { json in
                            json.value(place.commune.centroid.longitude)
                            json.value(place.commune.centroid.latitude)
                        }
                    }
                }
            }
            json.member("properties") { json in
                json.object { json in
                    json.member("feature", "uncovered-commune")
                    CoverageFormat.members(of: place, to: &json)
                }
            }
        }
    }
}
