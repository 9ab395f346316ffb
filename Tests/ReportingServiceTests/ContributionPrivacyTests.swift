import Crypto
import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("References of persons in contributions")
struct ContributionPrivacyTests {
    @Test("are nowhere in the database, and tell only whether two of one client are the same")
    func references() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let other = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "other", region: "52")
            let actions = try #require(ContributionSample.all.first { $0.name == "actions" })
            let episodes = try #require(ContributionSample.all.first { $0.name == "cep-episodes" })
            for token in [nil, other] {
                #expect(try await reporting.contribute([actions.record()], "actions", token: token).status == 200)
                let two = [episodes.record(), episodes.record(["external_id": "b"])]
                #expect(try await reporting.contribute(two, "cep-episodes", token: token).status == 200)
            }
            try await Connection.with(reporting.database.superuserConfiguration) { connection in
                let tables = try await connection.query(
                    """
                    select table_name::text from information_schema.tables
                    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
                    """
                ).decode(String.self)
                #expect(tables.count > 20)
                for reference in ["agent-a", "agent-b", "dossier-martin"] {
                    let hexadecimal = "%" + Array(reference.utf8).hexadecimal + "%"
                    for table in tables.compactMap(Identifier.init) {
                        let found = try await connection.query(
                            """
                            select count(*) from \(table) t
                            where t::text like \("%" + reference + "%") or t::text like \(hexadecimal)
                            """)[0].decode(Int.self)
                        #expect(found == 0, "\(reference) in \(table)")
                    }
                }
                let persons = try await connection.query(
                    "select person from cep_episodes order by contributed_by, external_id"
                ).decode([UInt8].self)
                let digest = Array(SHA256.hash(data: Data("other\ndossier-martin".utf8)))
                #expect(persons.count == 4 && persons[0] == digest && persons[1] == digest)
                #expect(persons[2] == persons[3] && persons[2] != digest)
                let attendees = try await connection.query(
                    "select attendees from actions where contributed_by = 'other'")[0].decode([[UInt8]].self)
                let expected = ["agent-a", "agent-b"].map { Array(SHA256.hash(data: Data("other\n\($0)".utf8))) }
                #expect(Set(attendees) == Set(expected))
            }
        }
    }

    @Test("are one, in whatever order they come")
    func order() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let actions = try #require(ContributionSample.all.first { $0.name == "actions" })
            #expect(try await reporting.contribute([actions.record()], "actions").counts == [1, 1, 0, 0])
            let turned = actions.record(["attendees": ["agent-a", "agent-b"]])
            #expect(try await reporting.contribute([turned], "actions").counts == [1, 0, 0, 1])
        }
    }
}
