package import Foundation

extension String: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.text
    package static let arrayTypeCode = TypeCode.textArray

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) {
        guard !utf8.contains(0) else { throw .nulCharacter }
        bytes.append(contentsOf: utf8)
    }

    /// Reads the character types, and enumerations and other user-defined types whose binary form is their text.
    package init(_ cell: Cell) throws(Unreadable) {
        let bytes =
            cell.type.rawValue >= TypeCode.firstUserDefined.rawValue
            ? try cell.bytes(of: cell.type) : try cell.bytes(of: .text, .varchar, .bpchar, .name, .unknown)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .value }
        self = text
    }
}

extension UUID: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.uuid
    package static let arrayTypeCode = TypeCode.uuidArray

    package func encode(into bytes: inout [UInt8]) { withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) } }

    package init(_ cell: Cell) throws(Unreadable) {
        let bytes = try cell.bytes(of: .uuid)
        guard bytes.count == 16 else { throw .value }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// JSON text bound as `jsonb`. Whoever makes one vouches for nothing: the server parses it again.
package struct JSONB: Bindable, Readable, ArrayElement, Hashable {
    package static let typeCode = TypeCode.jsonb
    package static let arrayTypeCode = TypeCode.jsonbArray

    /// UTF-8 JSON text; as read, in the server's own spelling (members reordered, spaces added).
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) {
        guard !self.bytes.contains(0) else { throw .nulCharacter }
        bytes.append(Self.version)
        bytes.append(contentsOf: self.bytes)
    }

    /// Reads `jsonb` and `json`.
    package init(_ cell: Cell) throws(Unreadable) {
        let bytes = try cell.bytes(of: .jsonb, .json)
        guard cell.type == .jsonb else {
            self.bytes = Array(bytes)
            return
        }
        guard bytes.first == Self.version else { throw .value }
        self.bytes = Array(bytes.dropFirst())
    }

    /// The only version of jsonb's binary form so far (`jsonb_recv`).
    private static let version: UInt8 = 1
}
