import Charters
import Foundation
import Testing

/// A folder with copies of some of the charters, to change and to load.
struct CharterFolder: ~Copyable {
    let url: URL

    init(_ regions: [String]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "charters-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for region in regions {
            let name = "\(region).yaml"
            try FileManager.default.copyItem(
                at: Checkout.charters.appending(path: name), to: url.appending(path: name))
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Replaces a passage that the file must hold exactly once; returns the line on which it begins.
    @discardableResult
    func edit(_ file: String, _ old: String, _ new: String) throws -> Int {
        let place = url.appending(path: file)
        let text = try String(contentsOf: place, encoding: .utf8)
        let parts = text.components(separatedBy: old)
        try #require(parts.count == 2, "\(file) holds this \(parts.count - 1) times: \(old)")
        try parts.joined(separator: new).write(to: place, atomically: true, encoding: .utf8)
        return parts[0].count { $0 == "\n" } + 1
    }

    func write(_ file: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: url.appending(path: file)) }

    func load() throws(CharterFailure) -> CharterSet { try CharterSet.load(from: url.path) }

    /// The mistakes that loading names; none if it succeeds.
    func mistakes() -> [CharterFailure.Mistake] {
        do throws(CharterFailure) {
            _ = try load()
            return []
        } catch {
            return error.mistakes
        }
    }
}
