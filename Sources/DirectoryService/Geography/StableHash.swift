import Schema

/// A hash that is the same in every process, unlike `Hasher`'s: FNV-1a of 64 bits, mixed.
enum StableHash {
    static func of(_ text: String) -> UInt64 { of(text.utf8) }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(hash)
    }

    static func mix(_ value: UInt64) -> UInt64 { SplitMix64.mix(value) }
}
