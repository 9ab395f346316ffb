import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Web

@testable import DirectoryService

/// Entries of the lists, as bodies of requests and lines of imports.
enum Entry {
    /// In a year in which no test runs, so that it is never over.
    static func event(
        _ title: String = "Forum", starts: String = "2099-03-02T08:00:00Z", ends: String = "2099-03-02T16:00:00Z",
        region: String = "52", with more: String = #""place":{"commune":"44184"}"#
    ) -> String {
        #"{"title":"\#(title)","kind":"forum","starts_at":"\#(starts)","ends_at":"\#(ends)","region":"\#(region)",\#(more)}"#
    }

    static func scheme(_ name: String = "Bilan", region: String = "52", with more: String = #""source":"essai""#)
        -> String
    {
        #"{"name":"\#(name)","kind":"prestation","summary":"Faire le point.","region":"\#(region)",\#(more)}"#
    }

    static func resource(
        _ title: String = "Guide", region: String = "52", with more: String = #""source":"essai""#
    ) -> String {
        #"{"title":"\#(title)","kind":"guide","url":"https://a.example","region":"\#(region)",\#(more)}"#
    }

    static func line(_ id: UUID, _ body: String) -> String { #"{"id":"\#(id.text)","# + body.dropFirst() }
}

extension DirectoryFixture {
    /// Adds an entry, and gives its id.
    func add(_ list: String, _ json: String, token: String? = nil) async throws -> UUID {
        let region: String
        if let token { region = token } else { region = try await Self.region() }
        let answer = try await send(.POST, "/v1/\(list)", json, token: region)
        guard let id = try answer.json["id"]?.string.flatMap({ UUID(text: $0) }) else { throw NotAdded(answer.text) }
        return id
    }

    struct NotAdded: Error {
        let answer: String
        init(_ answer: String) { self.answer = answer }
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ json: String? = nil, token: String, ifMatch: String? = nil,
        key: String? = UUID().uuidString
    ) async throws -> RunningService.Answer {
        var headers = json == nil ? [] : [("Content-Type", "application/json")]
        if let ifMatch { headers.append(("If-Match", ifMatch)) }
        if method == .POST, let key { headers.append(("Idempotency-Key", key)) }
        return try await service.send(
            method, path, token: token, headers: headers, body: json.map { Array($0.utf8) })
    }

    /// The titles or names of a list's items, page by page.
    func titles(_ path: String) async throws -> [String] {
        var (titles, next): ([String], String?) = ([], path)
        while let path = next {
            let answer = try await get(path)
            let items = try answer.json["items"]?.array ?? []
            titles += items.map { ($0["title"] ?? $0["name"])?.string ?? "" }
            next = answer.headers["link"].first?.split(separator: ">").first.map { String($0.dropFirst()) }
        }
        return titles
    }

    /// Versions of entries, with who made them.
    var listingHistory: [String] {
        get async throws {
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    select v.version || ' ' || changed_by || case when v.document is null then ' deleted' else '' end
                    from listing_versions v order by listing_id, v.version
                    """
                ).decode(String.self)
            }
        }
    }
}
