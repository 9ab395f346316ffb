import Schema

/// A GeoJSON `FeatureCollection` (RFC 7946) of communes' outlines, WGS 84: polygons and multipolygons with the
/// property `code`, an INSEE code of any year.
enum ContourImport {
    /// Reads the whole file; a complaint's line is the feature's number, from 1.
    static func read(_ bytes: [UInt8], in geography: Geography, _ report: inout ImportReport) -> [String: Contour] {
        let features: [JSONValue]
        do throws(JSONSyntaxError) {
            let document = try JSONValue(parsing: bytes)
            guard document.object?["type"] == "FeatureCollection", let found = document.object?["features"]?.array
            else {
                report.complain(line: 0, [Violation(notGeoJSON, at: "")])
                return [:]
            }
            features = found
        } catch {
            report.complain(line: 0, [Violation(.json(error), at: "")])
            return [:]
        }
        var contours: [String: Contour] = [:]
        for (index, feature) in features.enumerated() {
            report.read += 1
            do throws(Violation) {
                let (code, contour) = try contour(feature)
                if contours.updateValue(contour, forKey: code) != nil {
                    throw Violation(.duplicateItem, at: "/properties/code")
                }
                if let commune = geography.commune(code) {
                    guard contour.isWithin(Commune.reach, of: commune.centroid) else {
                        throw Violation(elsewhere, at: "/geometry/coordinates")
                    }
                } else {
                    report.warn(unknownCommune(of: index + 1, code, today: geography.currentCode(code)))
                }
            } catch {
                report.complain(line: index + 1, [error])
            }
        }
        return contours
    }

    /// Another file may bring the commune: the outline is kept for it.
    private static func unknownCommune(of feature: Int, _ code: String, today: String) -> String {
        let commune = code == today ? "commune \(code)" : "\(code), which is commune \(today) today,"
        return "feature \(feature): \(commune) is not among the imported communes: the outline is kept, and points in "
            + "it are nowhere until `import communes` brings \(today)"
    }

    private static func contour(_ feature: JSONValue) throws(Violation) -> (code: String, contour: Contour) {
        let geometry = feature.object?["geometry"]?.object
        let coordinates = geometry?["coordinates"]?.array
        let polygons: [JSONValue]
        switch (geometry?["type"]?.string, coordinates) {
        case ("Polygon", let rings?): polygons = [.array(rings)]
        case ("MultiPolygon", let list?): polygons = list
        default: throw Violation(notGeoJSON, at: "/geometry")
        }
        guard let name = feature.object?["properties"]?.object?["code"]?.string,
            let code = try? TextRule.communeCode.read(name)
        else { throw Violation(.format("un code Insee de commune", "an Insee commune code"), at: "/properties/code") }
        var (rings, points): ([Contour.Ring], [Contour.Point]) = ([], [])
        for polygon in polygons {
            for (index, ring) in (polygon.array ?? []).enumerated() {
                let start = points.count
                for position in ring.array ?? [] { points.append(try point(position)) }
                // The first position closes the ring (RFC 7946 §3.1.6): it need not be kept twice.
                guard points.count - start >= 4, points.last == points[start] else {
                    throw Violation(notClosed, at: "/geometry/coordinates")
                }
                points.removeLast()
                rings.append(Contour.Ring(isOuter: index == 0, range: start..<points.count))
            }
        }
        guard let contour = Contour(rings: rings, points: points) else {
            throw Violation(notGeoJSON, at: "/geometry/coordinates")
        }
        guard !contour.isFlat else { throw Violation(flat, at: "/geometry/coordinates") }
        // A mistake of signs or axes would fill the index with squares.
        guard Int(contour.high.x) - Int(contour.low.x) <= extent, Int(contour.high.y) - Int(contour.low.y) <= extent
        else { throw Violation(tooWide, at: "/geometry/coordinates") }
        return (code, contour)
    }

    private static func point(_ position: JSONValue) throws(Violation) -> Contour.Point {
        guard let numbers = position.array, numbers.count >= 2, let longitude = numbers[0].double,
            let latitude = numbers[1].double, let place = Coordinate(latitude: latitude, longitude: longitude)
        else { throw Violation(.format("longitude, latitude", "longitude, latitude"), at: "/geometry/coordinates") }
        return Contour.Point(place)
    }

    /// Five degrees: no commune is as wide.
    private static let extent = Int(5 * Contour.scale)

    private static let notGeoJSON = Flaw(
        "not-geojson", fr: "Une FeatureCollection de Polygon et MultiPolygon est attendue.",
        en: "A FeatureCollection of Polygon and MultiPolygon is expected.")
    private static let notClosed = Flaw(
        "ring-not-closed", fr: "Un anneau a au moins quatre positions, la dernière étant la première.",
        en: "A ring has at least four positions, the last being the first.")
    private static let flat = Flaw(
        "contour-without-area", fr: "Ce contour n’entoure aucune surface.", en: "This outline surrounds no area.")
    private static let elsewhere = Flaw(
        "contour-elsewhere", fr: "Ce contour est à plus de 30 km du centre de sa commune.",
        en: "This outline is more than 30 km from the centre of its commune.")
    private static let tooWide = Flaw(
        "contour-too-wide", fr: "Aucune commune ne s’étend sur plus de cinq degrés.",
        en: "No commune is wider than five degrees.")
}
