import Hummingbird
import Schema
import Web

/// `limit` and `cursor` of a history, whose versions are told newest first.
struct HistoryPaging {
    private let paging: ListPaging

    init(_ reader: QueryReader, path: String, _ cursors: CursorCoder) {
        paging = ListPaging(reader, path: path, [], cursors)
    }

    var limit: Int { paging.limit }

    /// Only versions before this one.
    var before: Int? { paging.after.flatMap { Int($0) } }

    /// - Parameter versions: at most `limit` of them, and one more to compare the last of them with.
    func response(_ versions: [StructureVersion], to request: Request) -> Response {
        let changes = versions.indices.map { versions[$0].changes(since: versions.dropFirst($0 + 1).first) }
        let page = paging.page(following: Array(zip(versions, changes))) { String($0.0.number) }
        return page.response(to: request, age: .zero) { json, item in
            item.0.write(to: &json) { $0.member("changes", item.1) }
        }
    }
}

extension ServiceContext {
    /// The version that the path names.
    /// - Throws: ``Refusal`` `not-found` for what is no number, or has no next.
    func version() throws(Refusal) -> Int {
        guard let text = pathParameter("version"), let number = Int(text), String(number) == text, number < Int.max
        else { throw Refusal(.notFound) }
        return number
    }
}
