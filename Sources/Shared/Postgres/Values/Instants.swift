package import Foundation

/// An instant is `timestamptz`: microseconds since 2000-01-01T00:00:00Z. A `Date` is rounded to the nearest one.
extension Date: Bindable, Readable, ArrayElement {
    package static let typeCode = TypeCode.timestamptz
    package static let arrayTypeCode = TypeCode.timestamptzArray

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) {
        let microseconds = (timeIntervalSinceReferenceDate * 1_000_000).rounded()
        guard Self.range.contains(microseconds) else { throw .dateOutOfRange }
        bytes.append(bigEndian: Int64(microseconds) + Self.offset)
    }

    /// `infinity` and `-infinity` are no `Date`.
    package init(_ cell: Cell) throws(Unreadable) {
        let microseconds = try cell.bytes(of: .timestamptz).integer(Int64.self)
        guard microseconds != .max, microseconds != .min else { throw .value }
        self.init(timeIntervalSinceReferenceDate: Double(microseconds - Self.offset) / 1_000_000)
    }

    /// Microseconds from PostgreSQL's epoch to Foundation's (2001-01-01): the 366 days of the year 2000.
    private static let offset: Int64 = 366 * 86_400 * 1_000_000
    /// About the years 1716 to 2286, in which a `Double` holds every microsecond exactly.
    private static let range = -9e15...9e15
}
