import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `limit` and `cursor` of a list in the database whose items follow one another by their ids.
struct StoredPaging {
    private let paging: ListPaging
    /// The id where the page before ended.
    let after: UUID?

    var limit: Int { paging.limit }

    /// - Parameter given: the other parameters, in one spelling: what a cursor belongs to.
    init(_ reader: QueryReader, path: String, _ given: [(String, String)], _ cursors: CursorCoder) {
        paging = ListPaging(reader, path: path, given, cursors)
        after = paging.after.flatMap(UUID.init(text:))
        if paging.after != nil, after == nil { reader.report(.required, at: "cursor") }
    }

    /// - Parameter found: the page's items, and one more where there are more.
    func response<Item>(
        of found: [Item], by id: (Item) -> UUID, to request: Request, _ write: (inout JSONWriter, Item) -> Void
    ) -> Response {
        var response = paging.page(following: found) { id($0).text }.response(to: request, age: .zero, write)
        response.headers[.vary] = "Authorization"
        return response
    }
}
