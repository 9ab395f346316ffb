/// A day without a time zone is `date`: days since 2000-01-01.
package struct Day: Bindable, Readable, ArrayElement, Hashable {
    package static let typeCode = TypeCode.date
    package static let arrayTypeCode = TypeCode.dateArray

    /// Since 1970-01-01.
    package let daysSinceEpoch: Int

    package init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) {
        guard Self.range.contains(daysSinceEpoch) else { throw .dateOutOfRange }
        bytes.append(bigEndian: Int32(daysSinceEpoch - Self.offset))
    }

    /// `infinity` and `-infinity` are no day.
    package init(_ cell: Cell) throws(Unreadable) {
        let days = try cell.bytes(of: .date).integer(Int32.self)
        guard days != .max, days != .min else { throw .value }
        self.init(daysSinceEpoch: Int(days) + Self.offset)
    }

    /// Days from 1970-01-01 to 2000-01-01.
    private static let offset = 10_957
    /// The days of the years 1 to 9999.
    private static let range = -719_162...2_932_896
}
