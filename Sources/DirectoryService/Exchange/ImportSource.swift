import Foundation

/// What an import reads.
enum ImportSource: Sendable {
    case bytes([UInt8])
    /// A file at this path.
    case file(String)

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) cannot be read" }
    }

    /// All of it, for what must be judged as a whole.
    func whole() throws -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
            return Array(data)
        }
    }

    /// Its lines, read as they are asked for.
    func lines() throws -> LineReader {
        switch self {
        case .bytes(let bytes): return LineReader(bytes)
        case .file(let path):
            guard let file = FileHandle(forReadingAtPath: path) else { throw Unreadable(path: path) }
            return LineReader { Array(try file.read(upToCount: Self.piece) ?? Data()) }
        }
    }

    private static let piece = 1 << 20
}
