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
    package var text: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            withUnsafeBytes(of: uuid) { bytes in
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = Self.digit(byte >> 4)
                    text[place + 1] = Self.digit(byte & 15)
                    place += 2
                }
            }
            return place
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// Reads the canonical text only: 36 characters in lower case, hyphens in their places.
    package init?(text: String) {
        var text = text
        guard let id = text.withUTF8(UUID.init(spelt:)) else { return nil }
        self = id
    }

    init?(spelt text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 36 else { return nil }
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        var place = 0
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                guard text[place] == UInt8(ascii: "-") else { return nil }
                place += 1
            }
            guard let high = Self.value(text[place]), let low = Self.value(text[place + 1]) else { return nil }
            withUnsafeMutableBytes(of: &uuid) { $0[index] = high << 4 | low }
            place += 2
        }
        self.init(uuid: uuid)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
