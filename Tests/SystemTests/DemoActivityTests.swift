import Foundation
import Postgres
import Support
import Testing
import Tokens
import Web

@testable import DemoActivity
@testable import ReferralService

/// The fictional people of `script/server`, a few of them.
@Suite("Fictional activity")
struct DemoActivityTests {
    private struct Counts: Equatable {
        let demands: Int
        let referrals: Int
        let receptions: Int
        let events: Int
    }

    @Test("people are received where they are passed on to, some by a third; played again, it changes nothing")
    func played() async throws {
        try await withDemoDirectory { issuer, directory in
            var settings = issuer.settings.merging(ServiceDefinition.referral.ownSettings) { $1 }
            settings["SPRO_DIRECTORY_URL"] = directory.url
            try await withDatabase(of: .referral) { [settings] database in
                try await withService(.referral, on: database, settings: settings, fetch: KeySetSource.http) {
                    broker in
                    let token = try await issuer.token(of: "activity")
                    let structures = try await DirectoryListing(ServiceCaller(directory.url, token: token))
                        .structures(of: "52")
                    let day = Calendar.utc.startOfDay(for: Date())
                    var author = StoryAuthor(structures: structures, seed: 2026, lastDay: day, days: 42)
                    let stories = try author.stories(80)
                    let teller = StoryTeller(broker: ServiceCaller(broker.url, token: token), edition: "test")
                    for story in stories { try await teller.tell(story) }
                    let once = try await Self.counts(database)
                    #expect(once.demands == 80 && once.referrals > 40)
                    let visited = try await Self.structuresOfDemands(database)
                    #expect(visited.count { $0 == 1 } > 10 && visited.count { $0 == 2 } > 10)
                    #expect(visited.count { $0 == 3 } > 2)
                    for story in stories { try await teller.tell(story) }
                    #expect(try await Self.counts(database) == once)
                }
            }
        }
    }

    private static func counts(_ database: Database) async throws -> Counts {
        try await Connection.with(database.superuserConfiguration) { connection in
            // Whom withdrawals ask to forget is told of behind the commit.
            try await eventually { try await connection.query("select from erasures where sequence = 0").isEmpty }
            let row = try await connection.query(
                """
                select (select count(*) from demands), (select count(*) from referrals),
                    (select count(*) from receptions), (select count(*) from event_outbox)
                """)[0].decode((Int, Int, Int, Int).self)
            return Counts(demands: row.0, referrals: row.1, receptions: row.2, events: row.3)
        }
    }

    private static func structuresOfDemands(_ database: Database) async throws -> [Int] {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query("select count(distinct root_id) from receptions group by demand_id")
                .decode(Int.self)
        }
    }
}
