import Foundation

/// A parameter's value as an address in a `Link` header spells it: it may hold what ends a value, or the address.
enum LinkText {
    static func encoded(_ value: String) -> String {
        if value.utf8.allSatisfy(isPlain) { return value }
        return value.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    /// Most values are codes: spared a library's pains.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x2C...0x2E, 0x30...0x3A, 0x5F: true
        default: false
        }
    }

    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:,")
}
