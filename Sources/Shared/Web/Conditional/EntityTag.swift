import Crypto
import HTTPTypes
package import Hummingbird
package import Schema

/// A validator of RFC 9110 §8.8.3: of what an answer depends on, or of the bytes of a small one.
package struct EntityTag: Sendable, Hashable {
    /// The opaque part, without quotes.
    package let value: String

    package init(value: String) { self.value = value }

    /// The tag of one stored resource: its version, so that `If-Match` can name it, and what else its representation
    /// is derived from.
    package init(version: Int, derivedFrom ground: UInt64? = nil) {
        value = "v\(version)" + (ground.map { "-\(String($0, radix: 16))" } ?? "")
    }

    /// The tag of one stored resource of which more is shown than what its version counts: its version, and the bytes.
    package init(version: Int, showing bytes: [UInt8]) {
        let ground = SHA256.hash(data: bytes).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        self.init(version: version, derivedFrom: ground)
    }

    /// The tag of an answer computed from everything named in `parts` (change position, query, representation, and
    /// the minute where time matters).
    package init(of parts: [String]) {
        self.init(hashing: Array(parts.joined(separator: "\u{1F}").utf8))
    }

    /// The tag of a file: of its bytes, which do not change while we run.
    package init(hashing bytes: [UInt8]) {
        value = SHA256.hash(data: bytes).prefix(12).hexadecimal
    }

    package var text: String { "\"\(value)\"" }

    /// Whether `If-None-Match` names this tag, by weak comparison (RFC 9110 §13.1.2).
    package func isNamed(byIfNoneMatchOf request: Request) -> Bool {
        guard let header = request.headers[.ifNoneMatch] else { return false }
        return header == "*" || Self.tags(in: header).contains(value)
    }

    /// The version that `If-Match` demands: one, because an update says which version it was made from.
    /// - Throws: ``Refusal`` 428 when there is no such header, 400 when it is not one entity tag (`*`, a list, no tag at
    ///   all), 412 when it is one and names no version of ours: a weak one never does (RFC 9110 §13.1.1).
    package static func demandedVersion(of request: Request) throws(Refusal) -> Int {
        guard let header = request.headers[.ifMatch] else {
            throw Refusal(
                .preconditionRequired, fr: "L’en-tête If-Match est requis : donnez l’ETag de la version lue.",
                en: "The header If-Match is required: give the ETag of the version that you read.")
        }
        guard isOneTag(header) else {
            throw Refusal(
                .invalidParameters,
                violations: [
                    Violation(.format("un seul ETag, tel que \"v1\"", "one ETag, such as \"v1\""), at: "If-Match")
                ])
        }
        // `"v7"` or `"v7-<hexadecimal>"`, letter by letter.
        let parts = header.dropFirst(2).dropLast().split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let digits = parts.first, let version = Int(digits), String(version) == digits, version > 0,
            header == "\"v" + parts.joined(separator: "-") + "\"",
            parts.count == 1 || (UInt64(parts[1], radix: 16).map { String($0, radix: 16) == parts[1] } ?? false)
        else { throw .staleVersion }
        return version
    }

    /// Whether this is one entity tag, weak or strong (RFC 9110 §8.8.3).
    private static func isOneTag(_ header: String) -> Bool {
        let tag = (header.hasPrefix("W/") ? header.dropFirst(2) : header[...]).utf8
        guard tag.count >= 2, tag.first == UInt8(ascii: "\""), tag.last == UInt8(ascii: "\"") else { return false }
        return tag.dropFirst().dropLast().allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
    }

    /// The opaque parts of a list of tags, 64 at most: a tag may hold commas. None where the list is malformed.
    private static func tags(in header: String) -> [String] {
        var tags: [String] = []
        var rest = header[...]
        while tags.count < 64 {
            rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
            guard !rest.isEmpty else { break }
            if rest.hasPrefix("W/") { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return [] }
            tags.append(String(rest[..<end].dropFirst()))
            rest = rest[end...].dropFirst()
        }
        return tags
    }
}

extension Refusal {
    package static let staleVersion = Refusal(
        .preconditionFailed, fr: "La ressource a changé depuis : relisez-la, puis recommencez.",
        en: "The resource has changed since: read it again, then retry.")
}
