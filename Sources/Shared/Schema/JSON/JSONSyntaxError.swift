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

/// How much nesting a text may have; its length is bounded by whoever reads it from the wire.
package struct JSONLimits: Sendable {
    package let depth: Int

    package init(depth: Int) { self.depth = depth }

    /// Request bodies: 32 levels.
    package static let body = JSONLimits(depth: 32)
    /// Token headers and claims: 8 levels.
    package static let token = JSONLimits(depth: 8)
}
