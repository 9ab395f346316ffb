import Schema

/// A territory as a GeoJSON feature (RFC 7946): the outlines of its communes side by side, each as it is known.
struct TerritoryFeature {
    let bytes: [UInt8]

    init(_ territory: Territory, in geography: Geography) {
        var json = JSONWriter(reservingCapacity: 65_536)
        json.object { json in
            json.member("type", "Feature")
            json.member("id", territory.key)
            json.member("geometry") { Self.writeGeometry(of: territory, in: geography, to: &$0) }
            json.member("properties") { json in
                json.object { json in
                    TerritoriesRoutes.members(of: territory, to: &json)
                    let missing = territory.communes.filter { !geography.outlined.contains($0) }
                    json.member("communes_without_outline", missing.sorted())
                }
            }
        }
        bytes = json.bytes
    }

    /// Null where no outline is known.
    static func writeGeometry(of territory: Territory, in geography: Geography, to json: inout JSONWriter) {
        let outlines = geography.outlines(of: territory)
        json.optional(outlines.isEmpty ? nil : outlines) { json, outlines in
            json.object { json in
                json.member("type", "MultiPolygon")
                json.member("coordinates") { json in
                    json.array(of: outlines.flatMap(\.polygons)) { json, rings in
                        json.array(of: rings) { write($1, to: &$0) }
                    }
                }
            }
        }
    }

    /// A linear ring: closed by its first position (§3.1.6), longitude before latitude.
    private static func write(_ ring: [Contour.Point], to json: inout JSONWriter) {
        json.array(of: ring + ring.prefix(1)) { json, point in
            json.array { json in
                json.value(Double(point.x) / Contour.scale)
                json.value(Double(point.y) / Contour.scale)
            }
        }
    }
}

extension Geography {
    /// The outlines that are known of the territory's communes, those of former communes among them; an arrondissement's
    /// only where the whole commune's is not.
    func outlines(of territory: Territory) -> [Contour] {
        let members = Set(territory.communes)
        return contours.contours.filter { code, _ in
            guard let commune = commune(code)?.code, members.contains(commune) else { return false }
            return MunicipalArrondissement.byCode[code] == nil || !contours.codes.contains(commune)
        }.map(\.contour)
    }
}

extension Contour {
    /// Each polygon's outer ring and its holes, in the directions that GeoJSON wants: counterclockwise, then clockwise.
    var polygons: [[[Point]]] {
        var polygons: [[[Point]]] = []
        for ring in rings {
            let line = Array(points[ring.range])
            let directed = (Self.doubledArea(line) > 0) == ring.isOuter ? line : line.reversed()
            if ring.isOuter || polygons.isEmpty {
                polygons.append([directed])
            } else {
                polygons[polygons.count - 1].append(directed)
            }
        }
        return polygons
    }

    /// Positive where the line goes counterclockwise. In differences from the first point, which are below five degrees:
    /// no product exceeds 2^46.
    private static func doubledArea(_ line: [Point]) -> Int {
        var (area, before) = (0, line[line.count - 1])
        for here in line {
            area += (Int(before.x) - Int(line[0].x)) * (Int(here.y) - Int(line[0].y))
            area -= (Int(here.x) - Int(line[0].x)) * (Int(before.y) - Int(line[0].y))
            before = here
        }
        return area
    }
}
