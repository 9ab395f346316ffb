import Charters
import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("What is past its time")
struct RetentionTests {
    private static func sweep(
        _ broker: ReferralFixture, region: String? = "52", chunk: Int = 2
    ) throws -> RetentionSweep {
        RetentionSweep(
            worker: broker.database.pool(for: .worker),
            scopes: [RetentionRepository.Scope(region: region, others: ["52"], retention: .productDefault)], poke: {},
            logger: Logger(label: "test"), chunk: chunk)
    }

    /// Lets everything about a person have ended so long ago.
    private static func age(_ broker: ReferralFixture, _ made: ReferralFixture.Made, months: Int) async throws {
        let person = try #require(UUID(text: made.person))
        let id = try #require(UUID(text: made.id))
        let demand = try #require(UUID(text: made.demand))
        for query in [
            "update persons set created_at = now() - make_interval(months => \(months)::integer) where id = \(person)",
            """
            update demands set state = 'closed', outcome = 'satisfaite',
                closed_at = now() - make_interval(months => \(months)::integer) where id = \(demand)
            """,
            """
            update referrals set state = 'completed', outcome = 'satisfaite',
                changed_at = now() - make_interval(months => \(months)::integer) where id = \(id)
            """,
        ] as [Query] { try await broker.sql(query) }
    }

    @Test("whoever was not seen for two years is forgotten, once, by two replicas; whoever is still received stays")
    func persons() async throws {
        try await withReferrals { broker in
            var made: [ReferralFixture.Made] = []
            for _ in 0..<8 { made.append(try await broker.submitted()) }
            for past in made.prefix(5) { try await Self.age(broker, past, months: 25) }
            try await Self.age(broker, made[5], months: 23)
            try await Self.age(broker, made[6], months: 30)
            let demand = try #require(UUID(text: made[6].demand))
            try await broker.sql(
                "update demands set state = 'open', outcome = null, closed_at = null where id = \(demand)")
            // Another region's delays, and those of the regions without a charter, are not theirs.
            #expect(try await Self.sweep(broker, region: "53").sweep() == 0)
            #expect(try await Self.sweep(broker, region: nil).sweep() == 0)
            async let one = Self.sweep(broker).sweep()
            async let two = Self.sweep(broker).sweep()
            let counts = [try await one, try await two]
            #expect(counts.reduce(0, +) == 5, "\(counts)")
            let left = try await broker.sql("select id from persons order by id").decode(UUID.self)
            #expect(left.map(\.text) == made.suffix(3).map(\.person))
            let erasures = try await broker.sql(
                "select count(*), count(*) filter (where cause = 'retention' and requested_by = 'charter') from erasures"
            )
            #expect(try erasures[0].decode((Int, Int).self) == (5, 5))
            #expect(try await broker.sql("select from erasure_tasks").count == 0, "nobody is asked: each has its own")
            let unlinked = try await broker.sql(
                """
                select count(*) from event_outbox where type <> 'fr.spro.erasure.requested.v1'
                    and reporting ->> 'person_erased' = 'true'
                """)
            #expect(try unlinked[0].decode(Int.self) == 10)
            #expect(try await Self.sweep(broker).sweep() == 0)
        }
    }

    @Test("whoever came back while the sweep was at work stays; one who cannot be forgotten keeps nobody else")
    func comingBack() async throws {
        try await withReferrals { broker in
            let back = try await broker.submitted()
            try await Self.age(broker, back, months: 25)
            let person = try #require(UUID(text: back.person))
            let sweep = try await Connection.with(broker.database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    // As whoever opens a demand for them.
                    try await transaction.query(
                        """
                        insert into demands (id, structure_id, person_id, theme)
                        values (gen_random_uuid(), \(ReferralFixture.sender), \(person), 'emploi')
                        """)
                    let sweep = Task { try await Self.sweep(broker).sweep() }
                    try await eventually {
                        try await broker.sql(
                            """
                            select from pg_stat_activity
                            where datname = current_database() and wait_event_type = 'Lock'
                            """
                        ).count == 1
                    }
                    return sweep
                }
            }
            #expect(try await sweep.value == 0)
            #expect(try await broker.sql("select from persons").count == 1)

            try await broker.sql("create table stays (person uuid references persons)")
            for _ in 0..<3 { try await Self.age(broker, try await broker.submitted(), months: 30) }
            try await broker.sql(
                "insert into stays select id from persons where id <> \(person) order by created_at, id limit 1")
            #expect(try await Self.sweep(broker, chunk: 10).sweep() == 2)
            #expect(try await broker.sql("select from persons").count == 2)
            try await broker.sql("drop table stays")
            #expect(try await Self.sweep(broker).sweep() == 1)
        }
    }

    @Test("contents go half a year after the referral's end, some at a time, beside whoever holds one")
    func contents() async throws {
        try await withReferrals { broker in
            try await broker.sql("create table notes (referral_id uuid references referrals, sealed bytea)")
            try await broker.sql("alter table notes owner to referral_owner")
            try await broker.sql("alter table notes enable row level security")
            try await broker.sql("alter table notes force row level security")
            // Beside the service, whose own sweep may be at the tables: a pool tries again what collided.
            let owner = broker.database.pool(for: .owner)
            _ = try await owner.withTransaction { try await $0.query("select prepare_forgetting()") }
            var made: [ReferralFixture.Made] = []
            for _ in 0..<4 { made.append(try await broker.submitted()) }
            for (index, months) in [7, 7, 5].enumerated() {
                try await Self.age(broker, made[index], months: months)
            }
            for referral in made {
                let id = try #require(UUID(text: referral.id))
                for _ in 0..<3 { try await broker.sql("insert into notes values (\(id), '\\x01')") }
            }
            #expect(try await Self.sweep(broker).sweep() == 6)
            let left = try await broker.sql("select distinct referral_id from notes order by 1").decode(UUID.self)
            #expect(left.map(\.text) == [made[2].id, made[3].id])
            #expect(try await broker.sql("select from persons").count == 4)
        }
    }
}
