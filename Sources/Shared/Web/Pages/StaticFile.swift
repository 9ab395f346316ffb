import Crypto
import Foundation
import NIOCore

/// A file as browsers get it: read, hashed and compressed once, at start.
package struct StaticFile: Sendable {
    /// One sequence of bytes and the strong validator that is its own (RFC 9110 §8.8.3): compressed bytes are others.
    struct Representation: Sendable {
        let bytes: ByteBuffer
        let tag: EntityTag

        init(_ bytes: [UInt8]) {
            self.bytes = ByteBuffer(bytes: bytes)
            tag = EntityTag(hashing: bytes)
        }
    }

    let contentType: String
    let plain: Representation
    /// Nil where compression gains nothing.
    let gzip: Representation?

    /// The content type without its charset.
    var mediaType: String { String(contentType.prefix { $0 != ";" }) }

    package init(_ bytes: [UInt8], contentType: String) {
        self.contentType = contentType
        plain = Representation(bytes)
        gzip = Gzip.compressed(bytes).flatMap { $0.count < bytes.count ? Representation($0) : nil }
    }

    /// - Parameter setting: the setting that names its folder, for the sentence that tells what is wrong.
    package init(_ name: String, in folder: String, namedBy setting: String) throws(Settings.Failure) {
        guard let type = Self.types[URL(filePath: name).pathExtension] else {
            throw Settings.Failure(complaints: ["\(setting): no media type is known for \(name)"])
        }
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw Settings.Failure(complaints: ["\(setting): \(folder)/\(name) cannot be read"])
        }
        self.init(Array(data), contentType: type)
    }

    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    ]
}

extension [String: StaticFile] {
    /// Reads files of one folder, under their names.
    package init(_ names: [String], in folder: String, namedBy setting: String) throws(Settings.Failure) {
        self.init()
        for name in names { self[name] = try StaticFile(name, in: folder, namedBy: setting) }
    }
}
