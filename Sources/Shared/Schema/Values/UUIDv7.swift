package import Foundation

extension UUID {
    /// A new identifier that sorts by its time of making (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74
    /// random bits.
    package static func v7(at instant: Date = Date()) -> UUID {
        let milliseconds = UInt64(max(0, instant.timeIntervalSince1970 * 1000))
        var generator = SystemRandomNumberGenerator()
        let a = generator.next()
        let b = generator.next()
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24), byte(milliseconds, 16),
                byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | byte(a, 0) & 0x0F, byte(a, 8), 0x80 | byte(a, 16) & 0x3F, byte(a, 24),
                byte(b, 0), byte(b, 8), byte(b, 16), byte(b, 24), byte(b, 32), byte(b, 40)
            ))
    }

    /// The canonical text, in lower case (RFC 9562 §4).
    package var text: String { uuidString.lowercased() }

    /// Reads the canonical text only: 36 characters in lower case, hyphens in their places.
    package init?(text: String) {
        guard text.utf8.count == 36, let uuid = UUID(uuidString: text), uuid.text == text else { return nil }
        self = uuid
    }
}
