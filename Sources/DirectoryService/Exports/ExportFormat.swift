import Schema

/// The forms in which all structures are given out, by `Accept`; the first where a client has no preference.
enum ExportFormat: String, Sendable, CaseIterable {
    /// One structure a line, as `GET /v1/structures/{id}` shows it: what `import structures` takes back.
    case lines = "application/x-ndjson"
    case geoJSON = "application/geo+json"
    /// One structure a line, without its services.
    case csv = "text/csv"

    static let mediaTypes = allCases.map(\.rawValue)

    var contentType: String { self == .csv ? "text/csv; charset=utf-8" : rawValue }

    var opening: [UInt8] {
        switch self {
        case .lines: []
        case .geoJSON: Array("{\"type\":\"FeatureCollection\",\"features\":[".utf8)
        case .csv:
            CSVWriter.bytes(of: StructureTable.exported.map { .literal($0.name) })
        }
    }

    var closing: [UInt8] { self == .geoJSON ? Array("]}".utf8) : [] }

    /// - Parameter structure: its public JSON.
    func write(_ structure: [UInt8], isFirst: Bool, to bytes: inout [UInt8]) throws {
        switch self {
        case .lines:
            bytes += structure
            bytes.append(UInt8(ascii: "\n"))
        case .geoJSON:
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            bytes += FeatureCollection.feature(of: try JSONValue(parsing: structure))
        case .csv:
            let item = try JSONValue(parsing: structure)
            bytes += CSVWriter.bytes(of: StructureTable.exported.map { $0.field(item) })
        }
    }
}

extension CSVWriter {
    fileprivate static func bytes(of fields: [Field]) -> [UInt8] {
        var writer = CSVWriter(reservingCapacity: 512)
        writer.record(fields)
        return writer.bytes
    }
}
