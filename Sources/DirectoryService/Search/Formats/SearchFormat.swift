import Schema

/// The forms in which a search is answered, by `Accept`. The others are made of the JSON page, so that none shows what it
/// does not show.
enum SearchFormat: String, Sendable, CaseIterable {
    case json = "application/json"
    case geoJSON = "application/geo+json"
    case csv = "text/csv"

    static let mediaTypes = allCases.map(\.rawValue)

    var contentType: String { self == .csv ? "text/csv; charset=utf-8" : rawValue }

    /// Refuses what this form has no place for, rather than leave it out.
    func judge(_ query: QueryReader) {
        guard self == .csv else { return }
        for name in ["include", "facets"] where query.holds(name) { query.report(Self.notInCSV, at: name) }
    }

    /// - Parameter page: a JSON object of `items` and what else a page tells.
    func encoded(_ page: [UInt8]) throws(JSONSyntaxError) -> [UInt8] {
        if self == .json { return page }
        let page = try JSONValue(parsing: page).object ?? [:]
        return self == .csv ? StructureTable(page).bytes : FeatureCollection(page).bytes
    }

    private static let notInCSV = Flaw(
        "not-in-csv", fr: "Le CSV n’a qu’une ligne par structure : demandez du JSON ou du GeoJSON.",
        en: "CSV has one line a structure: ask for JSON or GeoJSON.")
}
