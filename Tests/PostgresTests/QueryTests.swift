import Postgres
import Testing

@Suite("A query")
struct QueryTests {
    @Test("numbers its values in the order of the text, those of fragments too")
    func numbering() {
        let inner: Query = "b = \(1) or c = \("x")"
        let query: Query = "select \(true) where a = \(2.5) and (\(inner)) and d = \([1, 2])"
        #expect(query.text == "select $1 where a = $2 and (b = $3 or c = $4) and d = $5")
    }

    @Test("keeps a fragment's own dollar signs as they are")
    func dollars() {
        let inner: Query = "price = '$1' and n = \(1)"
        let query: Query = "select \(0) where \(inner)"
        #expect(query.text == "select $1 where price = '$1' and n = $2")
    }

    @Test("joins fragments")
    func joining() {
        let conditions: [Query] = ["a = \(1)", "b = \(2)", "c is null"]
        let query: Query = "where \(Query(conditions, separator: " and "))"
        #expect(query.text == "where a = $1 and b = $2 and c is null")
        #expect(Query([Query](), separator: ", ").text == "")
    }

    @Test("quotes names that are chosen at run time, and takes only plain ones")
    func names() throws {
        let text = "test_1"
        let name = try #require(Identifier(text))
        let query: Query = "select * from \(name) order by \(raw: "id")"
        #expect(query.text == "select * from \"test_1\" order by id")
        let refused = ["", "1a", "A", "a b", "a\"b", "é", "a;", "a.b", "a\0", String(repeating: "a", count: 64)]
        for text in refused { #expect(Identifier(text) == nil, "\(text)") }
        #expect(Identifier(String(repeating: "a", count: 63)) != nil)
    }
}
