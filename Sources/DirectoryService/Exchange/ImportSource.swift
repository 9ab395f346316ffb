import Foundation

/// What an import reads.
enum ImportSource: Sendable {
    case bytes([UInt8])
    /// A file at this path.
    case file(String)
    /// What comes piece by piece; none at the end.
    case pieces(@Sendable () async throws -> [UInt8])

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) cannot be read" }
    }

    /// All of it, for what must be judged as a whole.
    func whole() async throws -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
            return Array(data)
        case .pieces(let next):
            var bytes: [UInt8] = []
            while case let piece = try await next(), !piece.isEmpty { bytes += piece }
            return bytes
        }
    }

    /// Its lines, read as they are asked for.
    func lines() throws -> LineReader { LineReader(try pieces()) }

    /// Its bytes, read as they are asked for; none at the end.
    func pieces() throws -> () async throws -> [UInt8] {
        switch self {
        case .bytes(let bytes):
            var rest: [UInt8]? = bytes
            return { rest.take() ?? [] }
        case .file(let path):
            guard let file = FileHandle(forReadingAtPath: path) else { throw Unreadable(path: path) }
            return { Array(try file.read(upToCount: Self.piece) ?? Data()) }
        case .pieces(let next): return { try await next() }
        }
    }

    private static let piece = 1 << 20
}
