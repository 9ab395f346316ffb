import Foundation

/// Where the files lie that the tests read.
enum Checkout {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let charters = root.appending(path: "charters")
    static let demo = root.appending(path: "demo")
    static let regions = ["24", "28", "52", "53", "93"]

    /// Reference material that lies beside a checkout on some machines and is no part of it.
    static let seeds = root.deletingLastPathComponent().appending(path: "shared/seeds")
    static let referenceCommunes = root.deletingLastPathComponent().appending(path: "shared/data/communes.csv")

    static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    static func lines(of url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
    }

    /// The rows of a file without quoted fields, each by the names of the header.
    static func rows(of url: URL) throws -> [[String: String]] {
        let lines = try lines(of: url).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }
}

extension Checkout {
    static func bytes(of charter: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: charters.appending(path: charter)))
    }
}
