import Foundation
import Schema

/// Ids of what HSDS has objects for and we have none: made of ours, the same at any time and on every replica.
enum DerivedID {
    /// The id of the one thing of a role that belongs to `id`; of that, `id` again.
    static func counterpart(of id: UUID, _ role: Role) -> UUID {
        var bytes = id.uuid
        // Where neither version nor variant stands (RFC 9562 §4).
        bytes.11 ^= role.rawValue
        bytes.12 ^= 0xA5
        return UUID(uuid: bytes)
    }

    enum Role: UInt8 {
        case location = 0x4C
        case serviceAtLocation = 0x53
    }

    /// The id of one of several things that belong to `id`: a UUID of version 8.
    static func item(_ name: String, of id: UUID) -> UUID {
        let (high, low) = (StableHash.of("\(id.text)/\(name)"), StableHash.of("\(name)/\(id.text)"))
        var bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
