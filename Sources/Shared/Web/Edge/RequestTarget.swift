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

    /// Whether this is a host with or without a port (RFC 9110 §7.2, RFC 3986 §3.2.2), of the characters that may stand
    /// there; an IPv6 address in brackets.
    static func isHost(_ field: String) -> Bool {
        var host = field.utf8[...]
        if host.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[..<end].dropFirst()
            guard !address.isEmpty,
                address.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return false }
            host = host[end...].dropFirst()
            if host.isEmpty { return true }
            guard host.first == UInt8(ascii: ":") else { return false }
        } else {
            let name = host.prefix { $0 != UInt8(ascii: ":") }
            guard !name.isEmpty, name.allSatisfy(isHostByte) else { return false }
            host = host.dropFirst(name.count)
        }
        return host.count <= 6 && host.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// `unreserved` and `sub-delims`, without percent-encodings, which no host of ours has, and without the comma that
    /// joins two fields.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        isAllowed(byte)
            && ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: ",")]
                .contains(byte)
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
