import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `limit` and `cursor` of a list in the database whose items follow one another by their ids.
struct StoredPaging {
    private let path: String
    private let parameters: String
    private let cursors: CursorCoder
    let limit: Int
    /// The id where the page before ended.
    let after: UUID?

    /// - Parameter given: the other parameters, in one spelling: what a cursor belongs to.
    init(_ reader: QueryReader, path: String, _ given: [(String, String)], _ cursors: CursorCoder) {
        self.path = path
        self.cursors = cursors
        parameters = given.map { "\($0.0)=\(LinkText.encoded($0.1))&" }.joined()
        limit = reader.optional("limit", .int(1...100)) ?? 20
        let query = "\(path)?\(parameters)"
        after = reader.optional(
            "cursor",
            TextRule<String>.text(1...1024).map { text throws(Flaw) in
                do throws(Violation) {
                    let position = try cursors.decode(text, for: query)
                    guard let id = UUID(text: position) else { throw Violation(.required, at: "cursor") }
                    return id
                } catch {
                    throw Flaw(error.code, fr: error.detail.fr, en: error.detail.en)
                }
            })
    }

    /// - Parameter found: the page's items, and one more where there are more.
    func response<Item>(
        of found: [Item], by id: (Item) -> UUID, to request: Request, _ write: (inout JSONWriter, Item) -> Void
    ) -> Response {
        let page = found.prefix(limit)
        let next =
            found.count > limit ? page.last.map { cursors.encode(id($0).text, for: "\(path)?\(parameters)") } : nil
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { json in
            json.member("items") { $0.array(of: page, write) }
            json.member("next_cursor", next)
        }
        var response = Response.json(json, for: request)
        response.headers[.vary] = "Authorization"
        if let next, response.status == .ok {
            response.headers[.link] = "<\(path)?\(parameters)limit=\(limit)&cursor=\(next)>; rel=\"next\""
        }
        return response
    }
}
