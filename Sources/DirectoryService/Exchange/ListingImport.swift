import Foundation
import Postgres
import Schema

/// What an import of a list's entries stores, whichever the list.
protocol StorableListings: Sendable {
    /// - Returns: how many were inserted or changed; 0 where lines are at odds with what is stored, which is reported.
    func store(by client: String, _ report: inout ImportReport, in transaction: Transaction) async throws -> Int
}

/// NDJSON: one entry of a list a line, `{"id": …}` beside the members of its draft. What the file leaves out stays.
struct ListingImport<Draft: ServedListing>: StorableListings {
    private struct Line {
        let number: Int
        let id: UUID
        let draft: Draft
    }

    private let lines: [Line]

    init(_ lines: LineReader, rules: ListingRules, _ report: inout ImportReport) async throws {
        var reader = NDJSONReader<Line>(lines, id: \.id) { number, document throws(Refusal) in
            var id: UUID?
            let reading = ObjectReader.reading(document) { object in
                id = object.required("id", .string(.uuid))
                return Draft(object)
            }
            let draft = try reading.sound(rules.violations(in: reading))
            guard let id else { throw Refusal(.invalidBody) }
            return Line(number: number, id: id, draft: draft)
        }
        self.lines = try await reader.rest(&report)
    }

    func store(by client: String, _ report: inout ImportReport, in transaction: Transaction) async throws -> Int {
        let named = Set(lines.flatMap(\.draft.allStructures))
        let repository = IncomingListingRepository<Draft>.self
        let regions = try await NamedStructureRepository.hold(
            Array(named), orWere: Draft.bindsStructures, in: transaction)
        let taken = try await repository.taken(lines.map(\.id), in: transaction)
        for line in lines {
            report.complain(line: line.number, ListingRules.violations(in: line.draft, regions: regions))
            if taken.contains(line.id) { report.complain(line: line.number, [Self.taken]) }
        }
        guard report.isClean else { return 0 }
        return try await repository.store(lines.map { ($0.id, $0.draft) }, by: client, in: transaction)
    }

    private static var taken: Violation {
        Violation(
            Flaw("id-taken", fr: "Une autre liste a cet identifiant.", en: "Another list has this id."), at: "/id")
    }
}
