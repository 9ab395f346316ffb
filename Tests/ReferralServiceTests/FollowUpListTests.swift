import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("The lists of the person's own side")
struct FollowUpListTests {
    private static let lists = ["accesses", "demands", "referrals", "consents", "summaries"]

    @Test("page by page everything comes, once each, the newest first; a cursor belongs to its list and its person")
    func pages() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            try await broker.multiply(made, 115)
            let session = try await broker.session(of: made.person)
            let other = try await broker.session(of: try await broker.submitted(.record(theme: "emploi")).person)
            for list in Self.lists {
                let name = try #require(Identifier(list == "accesses" ? "access_journal" : list))
                let stored = try await broker.sql(
                    "select id from \(name) where person_id = \(UUID(text: made.person)) order by id desc"
                ).decode(UUID.self).map(\.text)
                let start = "/v1/follow-up/\(list)?limit=50"
                var (path, seen, sizes): (String, [JSONValue], [Int]) = (start, [], [])
                while true {
                    let answer = try await broker.get(path, token: session)
                    #expect(answer.headers["cache-control"] == ["no-store"], "\(list)")
                    let page = try #require(try answer.json["items"]?.array, "\(answer.text)")
                    seen += page
                    sizes.append(page.count)
                    guard let cursor = try answer.json["next_cursor"]?.string else {
                        #expect(answer.headers["link"].isEmpty)
                        break
                    }
                    path = "\(start)&cursor=\(cursor)"
                    #expect(answer.headers["link"] == ["<\(path)>; rel=\"next\""])
                    try expectProblem(
                        try await broker.get(path, token: other), 400, "invalid-parameters", at: ["cursor"])
                }
                #expect(seen.count == stored.count && sizes.dropLast().allSatisfy { $0 == 50 }, "\(list) \(sizes)")
                if list != "accesses" { #expect(seen.map { $0["id"]?.string } == stored, "\(list)") }
                for wrong in Self.lists where wrong != list && path != start {
                    try expectProblem(
                        try await broker.get(path.replacing("/\(list)?", with: "/\(wrong)?"), token: session), 400,
                        "invalid-parameters", at: ["cursor"])
                }
                try expectProblem(
                    try await broker.get("/v1/follow-up/\(list)?limit=101&x=1", token: session), 400,
                    "invalid-parameters", at: ["limit", "x"])
                let theirs = try await broker.get(start, token: other)
                #expect(!theirs.text.contains(made.id) && !theirs.text.contains(made.person), "\(list)")
            }
            let view = try await broker.get("/v1/follow-up", token: session).json
            #expect(view["demands"]?.array?.count == 100 && view["consents"]?.array?.count == 100)
            for list in Self.lists + ["sessions", "export"] {
                #expect(view["links"]?[list]?.string == "/v1/follow-up/\(list)")
            }
            // What is taken along has no end.
            let export = try await broker.get("/v1/follow-up/export", token: session).json
            #expect(export["demands"]?.array?.count == 116 && export["referrals"]?.array?.count == 116)
            #expect(export["consents"]?.array?.count == 116)
        }
    }
}

extension ReferralFixture {
    /// So many more demands, consents, referrals that were cancelled, and accesses of the person's.
    fileprivate func multiply(_ made: Made, _ count: Int) async throws {
        let person = UUID(text: made.person)
        let queries: [Query] = [
            """
            insert into demands (id, structure_id, person_id, theme)
            select uuid_v7(), structure_id, person_id, theme
            from demands, generate_series(1, \(count)) where person_id = \(person)
            """,
            """
            insert into consents (id, structure_id, person_id, granted_by, agent, method, notice_id, notice_sha256,
                language, purposes, recipients, data_categories, explicit_art9, valid_from, valid_until, single_use,
                evidence_sha256, evidence_hash)
            select uuid_v7(), structure_id, person_id, granted_by, agent, method, notice_id, notice_sha256, language,
                purposes, recipients, data_categories, explicit_art9, valid_from, valid_until, single_use,
                evidence_sha256, evidence_hash
            from consents, generate_series(1, \(count)) where person_id = \(person)
            """,
            """
            insert into referrals (id, sender_id, recipient_id, person_id, demand_id, pseudonym, service_kind, theme,
                urgency, data_categories, state)
            select uuid_v7(), sender_id, recipient_id, person_id, demand_id, pseudonym, service_kind, theme, urgency,
                data_categories, 'cancelled'
            from referrals, generate_series(1, \(count)) where person_id = \(person)
            """,
            """
            insert into access_journal (id, structure_id, client_id, subject, request_id, person_id, tier, categories,
                purpose)
            select uuid_v7(), \(Self.recipient), 'c', 's', 'r', \(person), 1, '{alias}', 'export'
            from generate_series(1, \(count))
            """,
        ]
        for query in queries { try await sql(query) }
    }
}
