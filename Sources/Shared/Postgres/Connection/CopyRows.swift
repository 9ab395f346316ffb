/// Rows in COPY's binary format: each value must have exactly its column's type (`Int` for `bigint`, `Int32` for
/// `integer`). Held in memory: send large data in batches.
package struct CopyRows: Sendable {
    private var fields: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    package mutating func append<each Value: Bindable>(_ values: repeat each Value) throws {
        let start = fields.count
        var columns: Int16 = 0
        fields.append(bigEndian: columns)
        do throws(Unbindable) {
            func append(_ value: some Bindable) throws(Unbindable) {
                columns += 1
                try value.encodeField(into: &fields)
            }
            repeat try append(each values)
        } catch {
            fields.removeSubrange(start...)
            throw BindError(position: Int(columns), reason: error)
        }
        fields[start] = UInt8(truncatingIfNeeded: columns >> 8)
        fields[start + 1] = UInt8(truncatingIfNeeded: columns)
        count += 1
    }

    func statement(into table: Identifier, columns: [Identifier]) -> Query {
        let columns = Query(columns.map { "\($0)" }, separator: ", ")
        return "copy \(table) (\(columns)) from stdin (format binary)"
    }

    /// Signature, flags and extension (PostgreSQL, «COPY», Binary Format), the rows, and the trailer.
    func bytes() -> [UInt8] {
        var bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
        bytes.reserveCapacity(bytes.count + fields.count + 2)
        bytes.append(contentsOf: fields)
        bytes.append(bigEndian: Int16(-1))
        return bytes
    }
}
