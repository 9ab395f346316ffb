/// The port of an absolute address: none, or one that can be called. What else is digits there ends in a crash of the
/// networking libraries, or in an address that nobody meant.
package enum WebPort {
    package static func isOne(in address: String) -> Bool {
        let bytes = Array(address.utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) }) else { return false }
        let authority = bytes[(start + 3)...].prefix { !"/?#\\".utf8.contains($0) }
        // The colons of an IPv6 address stand within its brackets.
        let behindHost = authority.lastIndex(of: UInt8(ascii: "]")).map { authority[($0 + 1)...] } ?? authority
        guard let colon = behindHost.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let digits = behindHost[(colon + 1)...]
        return digits.count <= 5 && decimal(digits).map((1...65_535).contains) == true
    }
}
