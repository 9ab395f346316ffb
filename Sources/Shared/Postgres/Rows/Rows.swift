/// The rows of one statement. They stay in the memory in which libpq received them and are read field by field.
package struct Rows: Sendable, RandomAccessCollection {
    let table: ResultTable

    init(_ table: ResultTable) { self.table = table }

    package var startIndex: Int { 0 }
    package var endIndex: Int { table.rowCount }
    package subscript(index: Int) -> Row { Row(table: table, index: index) }

    /// How many rows the statement inserted, updated, deleted, moved or returned; 0 for other statements.
    package var affected: Int { table.affected }

    /// Every row as a tuple, columns by position.
    package func decode<each Value: Readable>(
        _ type: (repeat each Value).Type
    ) throws(ReadError) -> [(repeat each Value)] {
        var values: [(repeat each Value)] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.decode(type)) }
        return values
    }

    /// Every row's first column.
    package func decode<Value: Readable>(_ type: Value.Type) throws(ReadError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.decode(type)) }
        return values
    }
}

/// One row.
package struct Row: Sendable {
    let table: ResultTable
    package let index: Int

    /// The column of that name, which PostgreSQL has in lower case unless it was quoted.
    package subscript<Value: Readable>(name: String, as type: Value.Type = Value.self) -> Value {
        get throws(ReadError) {
            guard let column = table.column(named: name) else {
                throw ReadError(column: name, expected: "\(type)", reason: .missing)
            }
            return try read(type, at: column)
        }
    }

    /// The columns by position: `try row.decode((UUID, String, Int?).self)`. The row must have exactly that many.
    package func decode<each Value: Readable>(
        _ type: (repeat each Value).Type
    ) throws(ReadError) -> (repeat each Value) {
        var column = 0
        func next<Next: Readable>(_ type: Next.Type) throws(ReadError) -> Next {
            defer { column += 1 }
            return try read(type, at: column)
        }
        let values = (repeat try next((each Value).self))
        guard column == table.columnCount else { throw surplus(after: column) }
        return values
    }

    /// The only column.
    package func decode<Value: Readable>(_ type: Value.Type) throws(ReadError) -> Value {
        let value = try read(type, at: 0)
        guard table.columnCount == 1 else { throw surplus(after: 1) }
        return value
    }

    private func surplus(after column: Int) -> ReadError {
        ReadError(column: table.name(of: column), expected: "nothing", reason: .surplus)
    }

    private func read<Value: Readable>(_ type: Value.Type, at column: Int) throws(ReadError) -> Value {
        guard column < table.columnCount else {
            throw ReadError(column: "\(column + 1)", expected: "\(type)", reason: .missing)
        }
        do throws(Unreadable) {
            return try Value(table.cell(row: index, column: column))
        } catch {
            throw ReadError(column: table.name(of: column), expected: "\(type)", reason: error)
        }
    }
}
