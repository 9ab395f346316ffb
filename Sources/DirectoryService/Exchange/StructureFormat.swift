/// The forms in which structures are imported.
enum StructureFormat: String, Sendable {
    /// NDJSON.
    case lines
    /// CSV (``StructureRow``).
    case table
    /// A document of data.inclusion's schema (``InclusionPatch``).
    case inclusion

    static let mediaTypes = ["application/x-ndjson", "text/csv", "application/json"]

    /// - Parameter mediaType: one of ``mediaTypes``.
    init(mediaType: String) {
        switch mediaType {
        case "text/csv": self = .table
        case "application/json": self = .inclusion
        default: self = .lines
        }
    }

    /// By the ending of a file's name.
    init(file: String) {
        let name = file.lowercased()
        self = name.hasSuffix(".csv") ? .table : name.hasSuffix(".json") ? .inclusion : .lines
    }
}
