import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import ReportingService

@Suite("Facts")
struct FactsTests {
    @Test("hold everything that the events of both feeds say, column by column")
    func complete() async throws {
        let year = try RegionYear(seed: 71, demands: 2500)
        try await withReportingDatabase { database in
            try await database.takeIn(year)
            _ = try await RawEvents(year.directory + year.referral, into: database)
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.script(ToldFacts.views, timeout: .seconds(60))
                for (table, told) in ToldFacts.tables {
                    let columns = table == "structure_states" ? ToldFacts.columnsOfStructures : "*"
                    let (stored, missing, more) = try await connection.query(
                        """
                        select (select count(*) from \(table)),
                            (select count(*) from (\(told) except all select \(columns) from \(table)) missing),
                            (select count(*) from (select \(columns) from \(table) except all \(told)) more)
                        """, timeout: .seconds(60))[0].decode((Int, Int, Int).self)
                    #expect(stored > 5 && missing == 0 && more == 0, "\(table): \(stored), -\(missing), +\(more)")
                }
            }
        }
    }

    @Test("are of every kind, of everything that can be told")
    func variety() async throws {
        let year = try RegionYear(seed: 72, demands: runs(7000, full: 70_000))
        let events = year.directory + year.referral
        #expect(events.count > runs(20_000, full: 200_000), "\(events.count)")
        let types = Dictionary(grouping: events, by: \.type).mapValues(\.count)
        // The region has two states of its own, and episodes and cases are contributions.
        for type in EventType.allCases where ![.cepEpisode, .psadCase].contains(type) {
            let isRare = [
                .referral(.onHold), .referral(.enteredInError), .structureMerged, .conventionRemoved,
            ].contains(type)
            #expect(types[type, default: 0] >= (isRare ? 1 : 3), "\(type.name)")
        }
        let twice = events.count - Set(events.map(\.id)).count
        #expect(twice > events.count / 30)
        let late = zip(year.referral, year.referral.dropFirst()).count { $0.time > $1.time }
        #expect(late > events.count / 20)
        let again = try RegionYear(seed: 72, demands: 200)
        #expect(again.referral == (try RegionYear(seed: 72, demands: 200)).referral)
    }

    @Test("are thrown away by the version that keeps more, which reads both feeds anew")
    func upgrade() async throws {
        let before = Array(ReportingMigrations.all.prefix { $0.number < 9 })
        try await withDatabase(service: "reporting", migrations: before) { database in
            let owner = database.pool(for: .owner)
            try await owner.query(
                "insert into receptions values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'cio', now())")
            try await owner.query("insert into erased_persons values (sha256('somebody'))")
            try await owner.query("update feeds set cursor = '1-500', pages = 3, was_read_to_end = true")
            try await Connection.with(database.configuration(for: .owner)) { connection in
                _ = try await Migrator(migrations: ReportingMigrations.all).apply(on: connection)
            }
            let year = try RegionYear(seed: 73, demands: 100)
            let expected = try await withReportingDatabase { fresh in
                try await fresh.takeIn(.referral, TestFeed(year.referral))
                return try await fresh.facts
            }
            let standing = try await Connection.with(database.configuration(for: .runtime)) { connection in
                try await FeedRepository().standing(of: .referral, on: connection)
            }
            #expect(standing == FeedStanding(cursor: nil, rebuilds: 1, isRebuilding: true))
            try await database.takeIn(.referral, TestFeed(year.referral))
            let facts = try await database.facts
            for table in ["receptions", "demand_closings", "referrals"] { #expect(facts[table] == expected[table]) }
            #expect(facts["erased_persons"] != expected["erased_persons"])
        }
    }
}

/// The rows that each table should have, in plain SQL over the events as they were told.
private enum ToldFacts {
    static let views: Query = """
        create materialized view raw.once as select distinct on (id) * from raw.events order by id;
        create materialized view raw.erased as
            select distinct data ->> 'person' as person from raw.once where type like 'fr.spro.erasure.%';
        create function raw.texts(list jsonb) returns text[] language sql as
            $$ select array(select t collate "C" from jsonb_array_elements_text(list) t order by 1) $$;
        create function raw.person(data jsonb) returns uuid language sql as $$
            select case when not exists (select from raw.erased e where e.person = data ->> 'person')
                then (data ->> 'person')::uuid end $$;
        """

    /// Without the places that a structure serves, which are a rule's (`ServedPlaces`).
    static let columnsOfStructures: Query = """
        structure, version, since, is_gone, region, status, label_state, located_in, networks, participates_in,
        accessibility, staff_declared, staff_qualified, logo_displayed_on, latitude, longitude
        """

    static let tables: KeyValuePairs<Identifier, Query> = [
        "structure_states": """
        select (data ->> 'id')::uuid, (data ->> 'version')::bigint, at, type not like '%.changed.v1',
            data ->> 'region', data ->> 'status', data ->> 'label_state',
            raw.texts(coalesce(data -> 'located_in', '[]')), raw.texts(coalesce(data -> 'networks', '[]')),
            raw.texts(coalesce(data -> 'participates_in', '[]')),
            raw.texts(coalesce(data -> 'accessibility', '[]')), (data -> 'staff' ->> 'declared')::bigint,
            (data -> 'staff' ->> 'qualified')::bigint, (data ->> 'logo_displayed_on')::date,
            (data -> 'location' ->> 'latitude')::float8, (data -> 'location' ->> 'longitude')::float8
        from raw.once where type like 'fr.spro.directory.structure.%'
        """,
        "structure_offers": """
        select (data ->> 'id')::uuid, (data ->> 'version')::bigint, (o ->> 'id')::uuid, o ->> 'service_kind',
            array(select distinct (m ->> 'channel') collate "C" from jsonb_array_elements(o -> 'modalities') m
                order by 1),
            array(select distinct (m ->> 'access') collate "C" from jsonb_array_elements(o -> 'modalities') m
                where m ->> 'access' is not null order by 1),
            array(select ((z ->> 'type') || ':' || (z ->> 'code')) collate "C"
                from jsonb_array_elements(o -> 'zones') z order by 1),
            (o ->> 'verified_on')::date, (o ->> 'half_days')::bigint
        from raw.once, jsonb_array_elements(data -> 'offers') o where type like '%structure.changed.v1'
        """,
        "structure_closures": """
        select (data ->> 'id')::uuid, (data ->> 'version')::bigint, (c ->> 'from')::date, (c ->> 'to')::date,
            min((c ->> 'announced_on')::date)
        from raw.once, jsonb_array_elements(data -> 'closures') c where type like '%structure.changed.v1'
        group by 1, 2, 3, 4
        """,
        "label_decisions": """
        select id, (data ->> 'structure')::uuid, (data ->> 'decided_at')::timestamptz, data ->> 'decision',
            (data ->> 'call')::uuid, (data ->> 'filed_at')::timestamptz
        from raw.once where type like '%label.decided.v1'
        """,
        "convention_states": """
        select id, (data ->> 'convention')::uuid, at, type like '%removed.v1', data ->> 'level',
            raw.texts(coalesce(data -> 'parties', '[]')), (data ->> 'valid_from')::date,
            (data ->> 'valid_until')::date
        from raw.once where type like '%.convention.%'
        """,
        "territory_states": """
        select id, data ->> 'code', at, (data ->> 'coordinator_designated')::boolean,
            raw.texts(data -> 'committee_structures')::uuid[]
        from raw.once where type like '%.territory.%'
        """,
        "receptions": """
        select id, (data ->> 'demand')::uuid, (data ->> 'structure')::uuid, data ->> 'network',
            (data ->> 'received_at')::timestamptz, data ->> 'channel', data ->> 'access',
            data ->> 'preferred_channel', data ->> 'urgency', (data ->> 'requested_at')::timestamptz,
            (data ->> 'anonymous')::boolean, (data ->> 'in_scope')::boolean, data ->> 'person' is not null,
            raw.person(data), raw.texts(data -> 'audiences'), raw.texts(data -> 'situations'), data ->> 'sex',
            data ->> 'age_band', data ->> 'education', data ->> 'residence_commune'
        from raw.once where type = 'fr.spro.reception.opened.v1'
        """,
        "demand_closings": """
        select * from (select distinct on (data ->> 'demand') (data ->> 'demand')::uuid, id, at, data ->> 'outcome',
            (data ->> 'structures_count')::bigint, data ->> 'person' is not null, raw.person(data),
            (data ->> 'receptions_count')::bigint, (data ->> 'summary_given')::boolean,
            (data ->> 'charged')::boolean, (data ->> 'counselling_proposed')::boolean,
            (data ->> 'counselling_accepted')::boolean, (data ->> 'appointment_requested')::boolean
        from raw.once where type = 'fr.spro.demand.closed.v1'
        order by data ->> 'demand', at desc, id desc) last
        """,
        "referrals": """
        select * from (select distinct on (data ->> 'referral') (data ->> 'referral')::uuid, id, at,
            (data -> 'sender' ->> 'structure')::uuid, data -> 'sender' ->> 'network',
            (data -> 'recipient' ->> 'structure')::uuid, data -> 'recipient' ->> 'network',
            data ->> 'person' is not null, raw.person(data), (data ->> 'demand')::uuid, data ->> 'service_kind',
            (data ->> 'cep_level')::bigint, data ->> 'cep_framework', data ->> 'theme', data ->> 'urgency'
        from raw.once where type = 'fr.spro.referral.submitted.v1'
        order by data ->> 'referral', at, id) first
        """,
        "referral_moves": """
        select id, (data ->> 'referral')::uuid, data ->> 'to', at, data ->> 'from', data ->> 'actor_role',
            data ->> 'reason_code'
        from raw.once where type like 'fr.spro.referral.%' and type <> 'fr.spro.referral.submitted.v1'
        """,
        "appointments": """
        select id, (data ->> 'referral')::uuid, (data ->> 'scheduled_for')::timestamptz, data ->> 'attendance', at
        from raw.once where type = 'fr.spro.appointment.recorded.v1'
        """,
    ]
}
