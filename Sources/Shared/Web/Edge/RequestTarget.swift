/// The target of a request, as its request line spells it.
enum RequestTarget {
    /// Whether this is the origin form (RFC 9112 §3.2.1: an absolute path and an optional query), of the characters
    /// that RFC 3986 lets stand there, with complete percent-encodings and no encoded NUL.
    ///
    /// Absolute, authority and asterisk forms are for proxies; two readings of them are a way round access rules.
    static func isOrigin(_ target: String) -> Bool {
        var target = target
        return target.withUTF8 { bytes in
            guard bytes.first == UInt8(ascii: "/") else { return false }
            var index = 1
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "%") {
                    guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]),
                        !(bytes[index + 1] == UInt8(ascii: "0") && bytes[index + 2] == UInt8(ascii: "0"))
                    else { return false }
                    index += 3
                } else {
                    guard isAllowed(byte) else { return false }
                    index += 1
                }
            }
            return true
        }
    }

    /// `pchar`, `/` and `?` of RFC 3986 §3.3-3.4, without `%`.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "="): true
        case UInt8(ascii: "&")...UInt8(ascii: ";"): true  // & ' ( ) * + , - . / 0-9 : ;
        case UInt8(ascii: "?")...UInt8(ascii: "Z"): true  // ? @ A-Z
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "a")...UInt8(ascii: "f"):
            true
        default: false
        }
    }
}
