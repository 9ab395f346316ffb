/// Why a text is not the JSON we accept, and where.
package struct JSONSyntaxError: Error, Equatable {
    package enum Reason: String, Sendable {
        case invalidUTF8 = "invalid-utf8"
        case byteOrderMark = "byte-order-mark"
        case unexpectedEnd = "unexpected-end"
        case unexpectedByte = "unexpected-byte"
        case trailingContent = "trailing-content"
        case duplicateMember = "duplicate-member"
        case tooDeep = "too-deep"
        case tooManyValues = "too-many-values"
        case invalidNumber = "invalid-number"
        case numberOutOfRange = "number-out-of-range"
        case invalidEscape = "invalid-escape"
        case loneSurrogate = "lone-surrogate"
        case nulCharacter = "nul-character"
        case controlCharacter = "control-character"
        case tooManyMarks = "too-many-combining-marks"
    }

    package let reason: Reason
    /// Byte offset from the start of the text.
    package let offset: Int
}

extension Refusal {
    /// `malformed-body`: says why the text is not JSON, and where.
    package static func malformed(_ error: JSONSyntaxError) -> Refusal {
        Refusal(
            .malformedBody, fr: "Ce n’est pas du JSON valide (\(error.reason.rawValue), octet \(error.offset)).",
            en: "This is not valid JSON (\(error.reason.rawValue), byte \(error.offset)).")
    }
}

extension Flaw {
    /// Says why the text is not JSON, and where.
    package static func json(_ error: JSONSyntaxError) -> Flaw {
        .format(
            "du JSON valide (\(error.reason.rawValue), octet \(error.offset))",
            "valid JSON (\(error.reason.rawValue), byte \(error.offset))")
    }
}

/// How much nesting and how many values a text may have; its length is bounded by whoever reads it from the wire.
package struct JSONLimits: Sendable {
    package let depth: Int
    /// Objects and arrays, and what they hold, together: a mebibyte may hold half a million. Eight bodies of 88,000 at
    /// once kept searches of a debug build on two processors waiting for 4.5 s; stopped at 20,000, for 0.5 s.
    package let values: Int

    package init(depth: Int, values: Int = .max) {
        self.depth = depth
        self.values = values
    }

    /// What we have stored, imported or been told by another service: 32 levels.
    package static let trusted = JSONLimits(depth: 32)
    /// Request bodies: 32 levels, 20,000 values.
    package static let request = JSONLimits(depth: 32, values: 20_000)
    /// Token headers and claims: 8 levels.
    package static let token = JSONLimits(depth: 8)
}
