import Postgres
import Schema

/// The reference data as they came from the database, to be decoded when the transaction is over.
struct GeographyRecords: Sendable {
    let communes: Rows
    let territories: Rows
    let changes: Rows
    let contours: Rows
    /// Differs after every change.
    let version: String

    func communeChanges() throws -> [CommuneChange] { try changes.compactMap(Self.change) }

    func geography() throws -> Geography {
        let history = CommuneHistory(try communeChanges())
        let outlines = try contours.decode((String, [UInt8]).self).compactMap { code, bytes in
            Contour(bytes: bytes).map { (code, $0) }
        }
        return Geography(
            communes: try communes.compactMap(Self.commune),
            territories: try territories.map { row in
                let (kind, code, name, region, communes) = try row.decode(
                    (String, String, String, String, [String]).self)
                return Territory(kind: kind, code: code, name: name, region: region, communes: communes)
            }, history: history, contours: Dictionary(uniqueKeysWithValues: outlines))
    }

    private static func change(_ row: Row) throws -> CommuneChange? {
        let (date, before, wasCommune, after) = try row.decode((String, String, Bool, String).self)
        return CalendarDate(text: date).map {
            CommuneChange(date: $0, before: before, wasCommune: wasCommune, after: after)
        }
    }

    private static func commune(_ row: Row) throws -> Commune? {
        let (code, name, department, region, latitude, longitude, population) = try row.decode(
            (String, String, String, String, Double, Double, Int).self)
        return Coordinate(latitude: latitude, longitude: longitude).map { centroid in
            Commune(
                code: code, name: name, department: department, region: region, centroid: centroid,
                population: population)
        }
    }
}
