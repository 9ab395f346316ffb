import Schema
import Testing

@Suite("Reading queries")
struct QueryReaderTests {
    private func violations(
        _ items: [(name: String, value: String)], _ read: (QueryReader) -> Void
    ) -> [String] {
        let query = QueryReader(items)
        read(query)
        do throws(Refusal) {
            try query.finish()
            return []
        } catch {
            #expect(error.code == .invalidParameters)
            return error.violations.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test("reads single, repeated and comma-separated parameters")
    func reads() throws {
        let query = QueryReader([("q", "métier"), ("kind", "a,b"), ("limit", "20"), ("kind", "c"), ("open", "true")])
        #expect(query.optional("q", .text(1...10)) == "métier")
        #expect(query.list("kind", .slug) == ["a", "b", "c"])
        #expect(query.required("limit", .int(1...100)) == 20)
        #expect(query.optional("open", .bool) == true)
        #expect(query.optional("near", .coordinate) == nil)
        #expect(query.list("network", .slug) == [])
        try query.finish()
    }

    @Test("names everything that is wrong at once, and ignores no parameter")
    func allAtOnce() {
        let items = [("limit", "0"), ("x", "1"), ("q", "a"), ("q", "b"), ("kind", "a,B,,c"), ("x", "2"), ("", "")]
        let found = violations(items) { query in
            _ = query.optional("limit", .int(1...100))
            _ = query.optional("q", .text(1...10))
            _ = query.list("kind", .slug)
            _ = query.required("from", .date)
        }
        #expect(
            found == [
                "limit out-of-range", "q repeated-parameter", "kind wrong-format", "kind wrong-format", "from required",
                "x unknown-parameter", " unknown-parameter",
            ])
    }

    @Test("bounds lists, names and the number of violations")
    func bounded() {
        let many = (0..<51).map { "v\($0)" }.joined(separator: ",")
        #expect(violations([("kind", many)]) { _ = $0.list("kind", .slug) } == ["kind wrong-count"])
        #expect(violations([("kind", String(many.dropLast(4)))]) { _ = $0.list("kind", .slug) } == [])
        let split = (0..<51).map { (name: "kind", value: "v\($0)") }
        #expect(violations(split) { _ = $0.list("kind", .slug) } == ["kind wrong-count"])
        let unknown = (0..<5000).map { (name: "u\($0)", value: "") }
        #expect(violations(unknown) { _ in }.count == 100)
        let long = violations([(String(repeating: "x", count: 9000), "")]) { _ in }
        #expect(long.count == 1 && long[0].utf8.count <= 120)
    }

    @Test(
        "reads plain numbers only",
        arguments: [
            ("1", 1), ("-1.5", -1.5), ("007.50", 7.5), ("+1", nil), ("1.", nil), (".5", nil), ("1e2", nil), ("", nil),
            ("-", nil), ("NaN", nil), ("inf", nil), ("0x1", nil), ("1,5", nil), ("1 ", nil), ("--1", nil),
            ("1.2.3", nil),
            ("101", nil), ("١", nil), ("0.00000000000000000000000000000001", nil),
        ] as [(String, Double?)])
    func numbers(_ text: String, _ value: Double?) { #expect((try? TextRule.number(-100...100).read(text)) == value) }

    @Test(
        "reads plain integers only",
        arguments: [
            ("0", 0), ("100", 100), ("-5", -5), ("+5", nil), ("05", nil), ("-0", nil), ("5.0", nil), ("1e1", nil),
            ("", nil), (" 5", nil), ("٥", nil), ("5_0", nil), ("9223372036854775808", nil), ("101", nil),
        ] as [(String, Int?)])
    func integers(_ text: String, _ value: Int?) { #expect((try? TextRule.int(-100...100).read(text)) == value) }

    @Test("reads coordinates as latitude,longitude in degrees")
    func coordinates() throws {
        #expect(try TextRule.coordinate.read("47.2,-1.5") == Coordinate(latitude: 47.2, longitude: -1.5))
        for text in ["47.2", "47.2,", ",1", "47.2,-1.5,0", "91,0", "0,181", "47.2, -1.5", "a,b", "1e1,0", ""] {
            #expect(throws: Flaw.self, "\(text)") { try TextRule.coordinate.read(text) }
        }
        for text in ["True", "1", "yes", "", "TRUE", "false "] {
            #expect(throws: Flaw.self) { try TextRule.bool.read(text) }
        }
    }
}
