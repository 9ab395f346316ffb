import Foundation
import HTTPTypes
package import Hummingbird
package import Schema

extension Request {
    /// The media type of the body, one of some, in UTF-8: media types ignore case, and none of ours has a parameter that
    /// would matter (RFC 9110 §8.3.1, RFC 8259 §11), but who says `charset=latin1` means other letters than we would read.
    /// Hummingbird's own reader of media types takes `*/json` too, and not `JSON`.
    ///
    /// - Throws: ``Refusal`` `unsupported-media-type` with all of them.
    package func bodyType(among types: [String]) throws(Refusal) -> String {
        let parts = (headers[.contentType] ?? "").split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        let isUTF8 = parts.dropFirst().allSatisfy {
            !$0.hasPrefix("charset") || ["charset=utf-8", "charset=\"utf-8\""].contains($0)
        }
        guard isUTF8, let type = parts.first, types.contains(type) else {
            throw Refusal(
                .unsupportedMediaType, fr: "Le corps attendu est du \(Self.list(types, "ou")), en UTF-8.",
                en: "The body must be \(Self.list(types, "or")), in UTF-8.")
        }
        return type
    }

    private static func list(_ types: [String], _ or: String) -> String {
        let last = types.last ?? ""
        return types.count < 2 ? last : "\(types.dropLast().joined(separator: ", ")) \(or) \(last)"
    }
}
