extension Int: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.int8
    package static let arrayTypeCode = TypeCode.int8Array

    package func encode(into bytes: inout [UInt8]) { Int64(self).encode(into: &bytes) }

    /// Reads `smallint`, `integer` and `bigint`.
    package init(_ cell: Cell) throws(Unreadable) { self = Int(try Int64(cell)) }
}

extension Int64: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.int8
    package static let arrayTypeCode = TypeCode.int8Array

    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package init(_ cell: Cell) throws(Unreadable) {
        let bytes = try cell.bytes(of: .int8, .int4, .int2, .oid)
        switch cell.type {
        case .int8: self = try bytes.integer(Int64.self)
        case .int4: self = Int64(try bytes.integer(Int32.self))
        case .oid: self = Int64(try bytes.integer(UInt32.self))
        default: self = Int64(try bytes.integer(Int16.self))
        }
    }
}

extension Int32: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.int4
    package static let arrayTypeCode = TypeCode.int4Array

    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    /// Reads `smallint` and `integer`; a `bigint` is refused even where its value would fit.
    package init(_ cell: Cell) throws(Unreadable) {
        let bytes = try cell.bytes(of: .int4, .int2)
        self = cell.type == .int4 ? try bytes.integer(Int32.self) : Int32(try bytes.integer(Int16.self))
    }
}

extension Double: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.float8
    package static let arrayTypeCode = TypeCode.float8Array

    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }

    package init(_ cell: Cell) throws(Unreadable) {
        let bytes = try cell.bytes(of: .float8, .float4)
        if cell.type == .float8 {
            self = Double(bitPattern: try bytes.integer(UInt64.self))
        } else {
            self = Double(Float(bitPattern: try bytes.integer(UInt32.self)))
        }
    }
}

extension Bool: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.bool
    package static let arrayTypeCode = TypeCode.boolArray

    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    package init(_ cell: Cell) throws(Unreadable) {
        self = try cell.bytes(of: .bool).integer(UInt8.self) != 0
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The whole buffer as one big-endian integer.
    func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(Unreadable) -> Value {
        guard count == MemoryLayout<Value>.size else { throw .value }
        return Value(bigEndian: loadUnaligned(as: Value.self))
    }
}
