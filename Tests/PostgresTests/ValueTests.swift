import Foundation
import Postgres
import Support
import Testing

private enum Colour: String, Bindable, Readable, ArrayElement { case red, green }

@Suite("Values")
struct ValueTests {
    /// Sends a value, lets the server say its type, and reads it back.
    private func roundTrip<Value: Bindable & Readable & Equatable>(
        _ values: [Value], as type: String, on connection: Connection,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for value in values {
            let rows = try await connection.query("select \(value), pg_typeof(\(value))::text")
            let (read, name) = try rows[0].decode((Value, String).self)
            #expect(read == value, sourceLocation: sourceLocation)
            #expect(name == type, sourceLocation: sourceLocation)
        }
        let rows = try await connection.query("select \(Value?.none)")
        #expect(try rows[0].decode(Value?.self) == nil, sourceLocation: sourceLocation)
    }

    @Test("of every type come back as they were sent")
    func everyType() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            try await roundTrip([0, 1, -1, Int.max, .min], as: "bigint", on: connection)
            try await roundTrip([0, Int64.max, .min], as: "bigint", on: connection)
            try await roundTrip([0, Int32.max, .min], as: "integer", on: connection)
            try await roundTrip(
                [0, 0.1, -1e308, .infinity, .leastNonzeroMagnitude], as: "double precision", on: connection)
            try await roundTrip([true, false], as: "boolean", on: connection)
            try await roundTrip(["", "é\u{10FFFF}\n'\"\\", "NULL", "{a,b}"], as: "text", on: connection)
            try await roundTrip([UUID(), UUID()], as: "uuid", on: connection)
            try await roundTrip([[UInt8](), [0, 1, 255], Array("\\x00".utf8)], as: "bytea", on: connection)
            try await roundTrip([Colour.red, .green], as: "text", on: connection)
            let days = [0, -1, 10_957, 20_779, -719_162, 2_932_896].map(Day.init(daysSinceEpoch:))
            try await roundTrip(days, as: "date", on: connection)
            let spelt = try await connection.query(
                "select \(Day(daysSinceEpoch: 20_779))::text, date '9999-12-31', date '0001-01-01'")
            let (text, last, first) = try spelt[0].decode((String, Day, Day).self)
            #expect(text == "2026-11-22" && [first, last] == [days[4], days[5]])
            let instants = [0, 0.000001, -1, 1_790_000_000.123456, -5_000_000_000.5].map {
                Date(timeIntervalSince1970: $0)
            }
            for instant in instants {
                let rows = try await connection.query(
                    "select \(instant), pg_typeof(\(instant))::text, extract(epoch from \(instant))::float8")
                let (read, type, seconds) = try rows[0].decode((Date, String, Double).self)
                #expect(abs(read.timeIntervalSince(instant)) < 0.0000006)
                #expect(type == "timestamp with time zone")
                #expect(abs(seconds - instant.timeIntervalSince1970) < 0.0000006)
                // What came from the database goes back unchanged.
                #expect(try await connection.query("select \(read) = \(instant)")[0].decode(Bool.self))
            }
            await connection.close()
        }
    }

    @Test("of array types come back as they were sent, nulls and empty arrays included")
    func arrays() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            try await roundTrip([[], [1, 2, 3]], as: "bigint[]", on: connection)
            try await roundTrip([[], [Int32.min]], as: "integer[]", on: connection)
            try await roundTrip([[1.5]], as: "double precision[]", on: connection)
            try await roundTrip([[true, false]], as: "boolean[]", on: connection)
            try await roundTrip([["", "a,b", "\"", "NULL", "{}"]], as: "text[]", on: connection)
            try await roundTrip([["a", nil], [nil]], as: "text[]", on: connection)
            try await roundTrip([[UUID()]], as: "uuid[]", on: connection)
            try await roundTrip([[[1, 2], []] as [[UInt8]]], as: "bytea[]", on: connection)
            try await roundTrip(
                [[Date(timeIntervalSinceReferenceDate: 1)]], as: "timestamp with time zone[]", on: connection)
            try await roundTrip([[], [Day(daysSinceEpoch: 20_000)]], as: "date[]", on: connection)
            try await roundTrip([[Colour.red]], as: "text[]", on: connection)
            let found = try await connection.query("select 2::bigint = any(\([1, 2])), array['x']::varchar[]")
            let (isFound, texts) = try found[0].decode((Bool, [String]).self)
            #expect(isFound && texts == ["x"])
            await connection.close()
        }
    }

    @Test("of JSON are jsonb, and both JSON types are read")
    func json() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let value = JSONB(Array(#"{"a": [1, "é"]}"#.utf8))
            let rows = try await connection.query("select \(value), \(value) ->> 'a', '[1]'::json, array[\(value)]")
            let (back, member, json, list) = try rows[0].decode((JSONB, String, JSONB, [JSONB]).self)
            #expect(back == value && list == [value])
            #expect(member == #"[1, "é"]"#)
            #expect(json == JSONB(Array("[1]".utf8)))
            await connection.close()
        }
    }

    @Test("that the database cannot hold are refused before anything is sent, and not shown")
    func unbindable() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let unbindable: [(Query, BindError)] = [
                ("select \(1), \("secret\0rest")", BindError(position: 2, reason: .nulCharacter)),
                ("select \(["secret\0"])", BindError(position: 1, reason: .nulCharacter)),
                ("select \(JSONB(Array("\"secret\0\"".utf8)))", BindError(position: 1, reason: .nulCharacter)),
                ("select \(Date.distantFuture + 1e15)", BindError(position: 1, reason: .dateOutOfRange)),
                ("select \(Date(timeIntervalSince1970: .nan))", BindError(position: 1, reason: .dateOutOfRange)),
                ("select \(Day(daysSinceEpoch: 2_932_897))", BindError(position: 1, reason: .dateOutOfRange)),
                ("select \(Day(daysSinceEpoch: Int.min))", BindError(position: 1, reason: .dateOutOfRange)),
            ]
            for (query, expected) in unbindable {
                let outer: Query = "select \(true), x from (\(query)) as t(x)"
                await #expect(throws: expected) { try await connection.query(query) }
                await #expect(throws: BindError(position: expected.position + 1, reason: expected.reason)) {
                    try await connection.query(outer)
                }
                #expect(!String(reflecting: expected).contains("secret"))
            }
            // The connection has not noticed.
            #expect(try await connection.query("select \(1)")[0].decode(Int.self) == 1)
            await connection.close()
        }
    }

    @Test("that look like SQL stay values")
    func injection() async throws {
        let hostile = [
            "'; drop table victim; --", "\\'; drop table victim; --", "$1", "$$", "' or 1=1 --",
            "\u{2019}; drop table victim",
            "x'::regclass::text", "\"", "%s%n", "'||pg_sleep(10)||'",
        ]
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .owner))
            try await connection.query("create table victim (name text)")
            for text in hostile {
                try await connection.query("insert into victim values (\(text))")
                let rows = try await connection.query("select name from victim where name = \(text)")
                #expect(try rows.decode(String.self) == [text])
            }
            #expect(try await connection.query("select count(*) from victim")[0].decode(Int.self) == hostile.count)
            await connection.close()
        }
    }

    @Test("that do not fit what is asked for are refused by the column's name, and not shown")
    func unreadable() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let row = try await connection.query(
                """
                select 'secret' as name, null::text as nothing, 3000000000 as large, 'infinity'::timestamptz as never,
                    1.5::numeric as exact
                """)[0]
            func reason<Value: Readable>(_ name: String, _ type: Value.Type) -> ReadError? {
                do {
                    _ = try row[name, as: type]
                    return nil
                } catch {
                    #expect(!String(reflecting: error).contains("secret"))
                    return error
                }
            }
            #expect(try row["name", as: String.self] == "secret")
            #expect(try row["nothing", as: String?.self] == nil)
            #expect(reason("name", Int.self)?.reason == .type(TypeCode(25)))
            #expect(reason("name", Colour.self)?.reason == .value)
            #expect(reason("nothing", String.self)?.reason == .null)
            #expect(reason("large", Int32.self)?.reason == .type(TypeCode(20)))
            #expect(reason("never", Date.self)?.reason == .value)
            #expect(reason("exact", Double.self)?.reason == .type(TypeCode(1700)))
            #expect(reason("absent", Int.self)?.description == "there is no column absent to read as Int")
            #expect(throws: ReadError(column: "nothing", expected: "nothing", reason: .surplus)) {
                try row.decode(String.self)
            }
            await connection.close()
        }
    }
}
