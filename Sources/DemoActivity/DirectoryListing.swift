import Foundation
import Schema

/// What stories need to know of a structure.
struct DemoStructure: Sendable {
    let id: UUID
    let parent: UUID?
    let networks: [String]
    let kinds: Set<String>
    let territory: String?

    /// The *siège* of an *antenne*, itself for all others: a person passes through it once.
    var root: UUID { parent ?? id }
}

/// Reads a region's structures from the directory.
struct DirectoryListing {
    private let directory: ServiceCaller

    init(_ directory: ServiceCaller) { self.directory = directory }

    /// The signatories: who only has a website receives nobody.
    func structures(of region: String) async throws -> [DemoStructure] {
        let query = "/v1/structures?region=\(region)&status=signataire&limit=100"
        var found: [DemoStructure] = []
        var path: String? = query
        while let current = path {
            let page = try await directory.get(current)
            found += (page["items"]?.array ?? []).compactMap { $0.object.flatMap(DemoStructure.init) }
            // A cursor is base64url: nothing in it needs an escape.
            path = page["next_cursor"]?.string.map { "\(query)&cursor=\($0)" }
        }
        return found
    }
}

extension DemoStructure {
    fileprivate init?(_ object: JSONObject) {
        guard let id = object["id"]?.string.flatMap({ UUID(text: $0) }) else { return nil }
        let territories = (object["located_in"]?.array ?? []).compactMap(\.object)
        self.init(
            id: id, parent: object["parent_id"]?.string.flatMap { UUID(text: $0) },
            networks: (object["networks"]?.array ?? []).compactMap(\.string),
            kinds: Set((object["service_kinds"]?.array ?? []).compactMap(\.string)),
            territory: territories.first { $0["kind"]?.string == "territoire-spro" }?["code"]?.string)
    }
}
