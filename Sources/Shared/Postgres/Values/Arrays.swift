/// A type whose arrays can be bound and read. `[UInt8]` is `bytea`; all others are one-dimensional SQL arrays.
package protocol ArrayElement: Sendable {
    static var arrayTypeCode: TypeCode { get }
    static func encode(_ elements: [Self], into bytes: inout [UInt8]) throws(Unbindable)
    static func read(_ cell: Cell) throws(Unreadable) -> [Self]
}

extension Array: Bindable where Element: ArrayElement {
    package static var typeCode: TypeCode { Element.arrayTypeCode }

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) { try Element.encode(self, into: &bytes) }
}

extension Array: Readable where Element: ArrayElement {
    package init(_ cell: Cell) throws(Unreadable) { self = try Element.read(cell) }
}

/// The binary form of arrays (`array_recv`): dimensions, whether there are nulls, element type; per dimension its length
/// and lower bound; then each element with its length before it, -1 for null.
extension ArrayElement where Self: Bindable & Readable {
    package static func encode(_ elements: [Self], into bytes: inout [UInt8]) throws(Unbindable) {
        bytes.append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(elements.contains(where: \.isNull) ? 1 : 0))
        bytes.append(bigEndian: typeCode.rawValue)
        guard !elements.isEmpty else { return }
        bytes.append(bigEndian: Int32(elements.count))
        bytes.append(bigEndian: Int32(1))
        for element in elements { try element.encodeField(into: &bytes) }
    }

    package static func read(_ cell: Cell) throws(Unreadable) -> [Self] {
        guard cell.type.isArray else { throw .type(cell.type) }
        guard let bytes = cell.bytes else { throw .null }
        guard let dimensions = bytes.integer(at: 0), let elementType = bytes.integer(at: 8) else { throw .value }
        guard dimensions != 0 else { return [] }
        guard dimensions == 1, let count = bytes.integer(at: 12), count >= 0 else { throw .value }
        let type = TypeCode(UInt32(bitPattern: elementType))
        var elements: [Self] = []
        elements.reserveCapacity(min(Int(count), bytes.count))
        var offset = 20
        for _ in 0..<count {
            guard let length = bytes.integer(at: offset) else { throw .value }
            offset += 4
            guard length >= 0 else {
                elements.append(try Self(Cell(type: type, bytes: nil)))
                continue
            }
            guard offset + Int(length) <= bytes.count else { throw .value }
            let field = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
            elements.append(try Self(Cell(type: type, bytes: field)))
            offset += Int(length)
        }
        return elements
    }
}

/// Arrays with nulls.
extension Optional: ArrayElement where Wrapped: ArrayElement & Bindable & Readable {
    package static var arrayTypeCode: TypeCode { Wrapped.arrayTypeCode }
}

extension RawRepresentable where Self: ArrayElement, RawValue: ArrayElement {
    package static var arrayTypeCode: TypeCode { RawValue.arrayTypeCode }
}

/// `[UInt8]` is `bytea`, as it stands.
extension UInt8: ArrayElement {
    package static let arrayTypeCode = TypeCode.bytea

    package static func encode(_ elements: [UInt8], into bytes: inout [UInt8]) { bytes.append(contentsOf: elements) }

    package static func read(_ cell: Cell) throws(Unreadable) -> [UInt8] { Array(try cell.bytes(of: .bytea)) }
}

extension Array: ArrayElement where Element == UInt8 {
    package static var arrayTypeCode: TypeCode { .byteaArray }
}

extension Bindable {
    /// Length and bytes, as in arrays and in binary COPY.
    func encodeField(into bytes: inout [UInt8]) throws(Unbindable) {
        guard !isNull else {
            bytes.append(bigEndian: Int32(-1))
            return
        }
        let start = bytes.count
        bytes.append(bigEndian: Int32(0))
        try encode(into: &bytes)
        let length = UInt32(bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func integer(at offset: Int) -> Int32? {
        offset + 4 <= count ? Int32(bigEndian: loadUnaligned(fromByteOffset: offset, as: Int32.self)) : nil
    }
}
