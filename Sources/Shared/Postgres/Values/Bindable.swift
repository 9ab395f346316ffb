/// A value that can be sent as a parameter, in PostgreSQL's binary format and under its own type, so that what the
/// server sees depends on the Swift type alone and never on the context of the parameter.
///
/// A `RawRepresentable` type only has to declare the conformance.
package protocol Bindable: Sendable {
    static var typeCode: TypeCode { get }
    /// SQL's `null`; then `encode` is not called.
    var isNull: Bool { get }
    /// Appends the binary form (what the type's `recv` function reads), without its length.
    func encode(into bytes: inout [UInt8]) throws(Unbindable)
}

extension Bindable {
    package var isNull: Bool { false }
}

/// Why a Swift value has no counterpart in the database.
package enum Unbindable: String, Error {
    /// PostgreSQL's text cannot hold U+0000.
    case nulCharacter
    case dateOutOfRange
}

/// A value of a query that the database cannot hold. Thrown before anything is sent; never shows the value.
package struct BindError: Error, Equatable, CustomStringConvertible {
    /// The `n` of its `$n`.
    package let position: Int
    package let reason: Unbindable

    package init(position: Int, reason: Unbindable) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "parameter $\(position) cannot be stored: \(reason.rawValue)" }
}

extension Optional: Bindable where Wrapped: Bindable {
    package static var typeCode: TypeCode { Wrapped.typeCode }
    package var isNull: Bool { self?.isNull ?? true }
    package func encode(into bytes: inout [UInt8]) throws(Unbindable) { try self?.encode(into: &bytes) }
}

extension RawRepresentable where Self: Bindable, RawValue: Bindable {
    package static var typeCode: TypeCode { RawValue.typeCode }
    package func encode(into bytes: inout [UInt8]) throws(Unbindable) { try rawValue.encode(into: &bytes) }
}
