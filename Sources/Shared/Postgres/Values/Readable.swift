/// A value that can be read from a column, from PostgreSQL's binary format.
///
/// A `RawRepresentable` type only has to declare the conformance.
package protocol Readable: Sendable {
    init(_ cell: Cell) throws(Unreadable)
}

/// One field of a result; `bytes` is nil for SQL's `null` and valid only while the value is being read.
package struct Cell {
    package let type: TypeCode
    package let bytes: UnsafeRawBufferPointer?

    package init(type: TypeCode, bytes: UnsafeRawBufferPointer?) {
        self.type = type
        self.bytes = bytes
    }

    /// The bytes, where the column has one of these types.
    func bytes(of types: TypeCode...) throws(Unreadable) -> UnsafeRawBufferPointer {
        guard types.contains(type) else { throw .type(type) }
        guard let bytes else { throw .null }
        return bytes
    }
}

/// Why a field is not the value asked for.
package enum Unreadable: Error, Equatable {
    case null
    /// The column has another type; a cast in the query (`::text`, `::bigint`) makes it readable.
    case type(TypeCode)
    /// The type is right and this value is none of the Swift type's: out of range, infinite, an unknown raw value.
    case value
    /// There is no such column in the result.
    case missing
    /// The result has this column and nobody asked for it.
    case surplus
}

/// A column that could not be read. Names the column, never its value.
package struct ReadError: Error, Equatable, CustomStringConvertible {
    package let column: String
    package let expected: String
    package let reason: Unreadable

    package init(column: String, expected: String, reason: Unreadable) {
        self.column = column
        self.expected = expected
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .null: "column \(column) is null, not \(expected)"
        case .type(let code): "column \(column) has type number \(code.rawValue), which is not read as \(expected)"
        case .value: "column \(column) holds a value that is no \(expected)"
        case .surplus: "column \(column) was not asked for"
        case .missing: "there is no column \(column) to read as \(expected)"
        }
    }
}

extension Optional: Readable where Wrapped: Readable {
    package init(_ cell: Cell) throws(Unreadable) {
        self = cell.bytes == nil ? nil : try Wrapped(cell)
    }
}

extension RawRepresentable where Self: Readable, RawValue: Readable {
    package init(_ cell: Cell) throws(Unreadable) {
        guard let value = Self(rawValue: try RawValue(cell)) else { throw .value }
        self = value
    }
}
