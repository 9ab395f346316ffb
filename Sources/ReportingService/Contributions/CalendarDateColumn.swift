package import Postgres
package import Schema

/// A day is PostgreSQL's `date`: days since 2000-01-01 in 32 bits (`date_recv`).
extension CalendarDate: Bindable {
    package static let typeCode = TypeCode(1082)

    package func encode(into bytes: inout [UInt8]) throws(Unbindable) {
        Int32(daysSinceEpoch - Self.epoch).encode(into: &bytes)
    }

    /// 2000-01-01 in days since 1970-01-01.
    private static let epoch = 10_957
}
