import HTTPTypes
import Hummingbird
import Schema
import Web

/// `limit` and `cursor` of a list whose items have keys by which they follow one another.
struct ListPaging {
    private let path: String
    /// What else was asked, in one spelling: what a cursor belongs to.
    private let parameters: String
    private let cursors: CursorCoder
    let limit: Int
    /// The key after which the page begins, where a cursor says so.
    let after: String?

    /// - Parameter parameters: the other parameters that were given.
    init(_ reader: QueryReader, path: String, _ parameters: [(String, String)], _ cursors: CursorCoder) {
        self.path = path
        self.parameters = parameters.map { "\($0.0)=\(LinkText.encoded($0.1))&" }.joined()
        self.cursors = cursors
        limit = reader.optional("limit", .int(1...100)) ?? 20
        var after: String?
        if let cursor = reader.optional("cursor", .text(1...1024)) {
            do throws(Violation) {
                after = try cursors.decode(cursor, for: "\(path)?\(self.parameters)")
            } catch {
                reader.report(Flaw(error.code, fr: error.detail.fr, en: error.detail.en), at: error.pointer)
            }
        }
        self.after = after
    }

    /// - Parameter items: all that match, in the order of their keys; no more of them is looked at than the page needs.
    func page<Item>(of items: some Sequence<Item>, by key: (Item) -> String) -> Page<Item> {
        var rest: [Item] = []
        for item in items where after.map({ key(item) > $0 }) ?? true {
            rest.append(item)
            if rest.count > limit { break }
        }
        return page(following: rest, by: key)
    }

    /// - Parameter found: the items behind the cursor, as far as they were looked for: one more than the page holds, where
    ///   there are more.
    func page<Item>(following found: [Item], by key: (Item) -> String) -> Page<Item> {
        let page = Array(found.prefix(limit))
        let next = found.count > page.count ? page.last : nil
        let cursor = next.map { cursors.encode(key($0), for: "\(path)?\(parameters)") }
        return Page(
            items: page, cursor: cursor, link: cursor.map { "\(path)?\(parameters)limit=\(limit)&cursor=\($0)" })
    }

    struct Page<Item> {
        let items: [Item]
        let cursor: String?
        /// The address of the next page, relative to the service.
        let link: String?

        func response(
            to request: Request, age: Duration, _ write: (inout JSONWriter, Item) -> Void
        ) -> Response {
            var json = JSONWriter(reservingCapacity: 8192)
            json.object { json in
                json.member("items") { json in json.array(of: items, write) }
                json.member("next_cursor", cursor)
            }
            return self.response(json.bytes, as: "application/json", to: request, age: age)
        }

        /// The page in a form that its items were already written in.
        func response(_ bytes: [UInt8], as type: String, to request: Request, age: Duration) -> Response {
            var response = Response.small(bytes, as: type, for: request)
            response.headers.addSnapshotAge(age)
            if let link, response.status == .ok { response.headers[.link] = "<\(link)>; rel=\"next\"" }
            return response
        }
    }
}
