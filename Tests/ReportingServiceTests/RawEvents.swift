import Foundation
import Postgres
import Schema
import Support
import Web

/// The indicators in plain SQL over the events as they were told, written apart from the service: it shares neither
/// its tables nor its code.
struct RawEvents: Sendable {
    let database: Database

    /// One cell: values as text, and the sizes of the groups of persons behind each measure.
    struct Cell: Equatable, Sendable {
        let value: String?
        let numerator: Int?
        let denominator: Int?
        let groups: [Int]
    }

    /// By measure, period, department, territory, network and recipient's network, joined by `|`.
    typealias Cells = [String: Cell]

    init(_ events: [Event], into database: Database) async throws {
        self.database = database
        let lines = events.map { event in
            var json = JSONWriter(reservingCapacity: 512)
            event.write(.reporting, to: &json)
            return String(decoding: json.bytes, as: UTF8.self)
        }
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.script(
                """
                create schema raw;
                create table raw.events (id uuid, type text, at timestamptz, data jsonb);
                create table raw.populations (commune text, year bigint, department text, territories text[],
                    population bigint);
                """)
            for start in stride(from: 0, to: lines.count, by: 2000) {
                let part = Array(lines[start..<min(start + 2000, lines.count)])
                try await connection.query(
                    """
                    insert into raw.events
                    select (e ->> 'id')::uuid, e ->> 'type', (e ->> 'time')::timestamptz, e -> 'data'
                    from (select t::jsonb as e from unnest(\(part)) t) lines
                    """)
            }
            try await connection.script(Self.views, timeout: .seconds(30))
        }
    }

    private static let views: Query = """
        create view raw.places as
        select distinct on (data ->> 'id') data ->> 'id' as structure, data ->> 'region' as region,
            (select substr(k, 13) from jsonb_array_elements_text(data -> 'located_in') k where k like 'departement:%')
                as department,
            (select k from jsonb_array_elements_text(data -> 'located_in') k where k like 'territoire-spro:%')
                as territory
        from raw.events where type = 'fr.spro.directory.structure.changed.v1'
        order by data ->> 'id', (data ->> 'version')::int desc;

        create view raw.forgotten as
        select distinct data ->> 'person' as person from raw.events where type = 'fr.spro.erasure.requested.v1';

        create materialized view raw.demands as
        select to_char(c.at at time zone 'Europe/Paris', 'YYYY') as year,
            to_char(c.at at time zone 'Europe/Paris', 'YYYY-"Q"Q') as quarter,
            to_char(c.at at time zone 'Europe/Paris', 'YYYY-MM') as month,
            p.department, p.territory, r.data ->> 'network' as network, c.demand,
            c.data ->> 'person' as person, f.person is not null as forgotten, c.data ->> 'outcome' = 'satisfaite' as satisfied,
            (c.data ->> 'structures_count')::int <= 2 as within
        from (select distinct on (data ->> 'demand') data ->> 'demand' as demand, at, data from raw.events
            where type = 'fr.spro.demand.closed.v1' order by data ->> 'demand', at desc, id desc) c
        join (select distinct on (data ->> 'demand') data ->> 'demand' as demand, data from raw.events
            where type = 'fr.spro.reception.opened.v1'
            order by data ->> 'demand', (data ->> 'received_at')::timestamptz, id) r using (demand)
        join raw.places p on p.structure = r.data ->> 'structure' and p.region = '52'
        left join raw.forgotten f on f.person = c.data ->> 'person';

        create materialized view raw.referrals as
        with submitted as (
            select distinct on (data ->> 'referral') data ->> 'referral' as referral, at, data from raw.events
            where type = 'fr.spro.referral.submitted.v1' order by data ->> 'referral', at, id),
        moves as (
            select data ->> 'referral' as referral, bool_or(data ->> 'to' = 'accepted') as accepted,
                bool_or(data ->> 'to' = 'entered_in_error') as mistaken,
                bool_or(data ->> 'to' = 'redirected') as redirected,
                min(at) filter (where data ->> 'to' = 'in_progress') as begun
            from raw.events where type like 'fr.spro.referral.%' and type <> 'fr.spro.referral.submitted.v1' group by 1),
        kept as (
            select data ->> 'referral' as referral, min((data ->> 'scheduled_for')::timestamptz) as kept
            from raw.events where type = 'fr.spro.appointment.recorded.v1' and data ->> 'attendance' = 'seen' group by 1)
        select to_char(s.at at time zone 'Europe/Paris', 'YYYY') as year,
            to_char(s.at at time zone 'Europe/Paris', 'YYYY-"Q"Q') as quarter,
            to_char(s.at at time zone 'Europe/Paris', 'YYYY-MM') as month,
            p.department, p.territory, s.data -> 'sender' ->> 'network' as network,
            s.data -> 'recipient' ->> 'network' as recipient, referral,
            s.data ->> 'person' as person, f.person is not null as forgotten, coalesce(m.accepted, false) as accepted,
            coalesce(m.redirected, false) as redirected,
            trunc(extract(epoch from least(m.begun, k.kept) - s.at)) as delay
        from submitted s
        join raw.places p on p.structure = s.data -> 'sender' ->> 'structure' and p.region = '52'
        left join moves m using (referral) left join kept k using (referral)
        left join raw.forgotten f on f.person = s.data ->> 'person'
        where not coalesce(m.mistaken, false);
        """

    func populate(
        _ commune: (code: String, department: String, territories: [String]), _ year: Int, _ population: Int
    ) async throws {
        let connection = try await Connection.open(database.superuserConfiguration)
        try await connection.query(
            """
            insert into raw.populations
            values (\(commune.code), \(year), \(commune.department), \(commune.territories), \(population))
            """)
        await connection.close()
    }

    struct Leaf: Sendable {
        let quarter: String
        let month: String
        let department: String?
        let territory: String?
        let network: String?
    }

    /// The finest parts of which all tables of closed demands are sums.
    func leavesOfDemands() async throws -> [Leaf] {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query(
                "select distinct quarter, month, department, territory, network from raw.demands"
            )
            .decode((String, String, String?, String?, String?).self)
            .map { Leaf(quarter: $0.0, month: $0.1, department: $0.2, territory: $0.3, network: $0.4) }
        }
    }

    func con1() async throws -> Cells {
        try await cells(
            """
            with counted as (
                select coalesce(month, quarter, year) as period, department, territory, network, null as recipient,
                    count(*) filter (where satisfied and within and person is not null) as within,
                    count(*) filter (where satisfied and person is not null) as satisfied,
                    count(person) as linkable, count(*) filter (where person is null) as unlinkable,
                    \(Self.persons("satisfied and within and person is not null")) as p1,
                    \(Self.persons("satisfied and person is not null")) as p2,
                    \(Self.persons("satisfied and not within and person is not null")) as p3,
                    \(Self.persons("person is not null")) as p4,
                    \(Self.persons("not (satisfied and within) and person is not null")) as p5
                from raw.demands
                group by grouping sets ((year), (quarter), (month), (year, department), (quarter, department),
                    (year, territory), (quarter, territory), (year, network), (quarter, network),
                    (year, department, network), (year, territory, network))
                having (grouping(department) = 1 or department is not null)
                    and (grouping(territory) = 1 or territory is not null)
                    and (grouping(network) = 1 or network is not null))
            select period, department, territory, network, recipient, 'within_limit' as measure,
                trim_scale(round(100.0 * within / nullif(satisfied, 0), 2))::text as value, within as numerator,
                satisfied as denominator, array[p1, p2, p3] as groups from counted
            union all
            select period, department, territory, network, recipient, 'within_limit_strict',
                trim_scale(round(100.0 * within / nullif(linkable, 0), 2))::text, within, linkable, array[p1, p4, p5]
            from counted
            union all
            select period, department, territory, network, recipient, 'unlinkable', unlinkable::text, null, null,
                array[unlinkable] from counted
            """)
    }

    func con5() async throws -> Cells {
        try await cells(
            """
            with counted as (
                select coalesce(month, quarter, year) as period, department, territory, network, recipient,
                    count(*) filter (where accepted) as accepted, count(*) as whole,
                    percentile_cont(0.5) within group (order by delay) as middle,
                    \(Self.persons("accepted")) as p1, \(Self.persons("true")) as p2,
                    \(Self.persons("not accepted")) as p3, \(Self.persons("delay is not null")) as p4
                from raw.referrals where not redirected
                group by grouping sets ((year), (quarter), (month), (year, department), (quarter, department),
                    (year, territory), (quarter, territory), (year, network), (quarter, network),
                    (year, department, network), (year, territory, network), (year, network, recipient))
                having (grouping(department) = 1 or department is not null)
                    and (grouping(territory) = 1 or territory is not null)
                    and (grouping(network) = 1 or network is not null)
                    and (grouping(recipient) = 1 or recipient is not null))
            select period, department, territory, network, recipient, 'accepted' as measure,
                trim_scale(round(100.0 * accepted / nullif(whole, 0), 2))::text as value, accepted as numerator,
                whole as denominator, array[p1, p2, p3] as groups from counted
            union all
            select period, department, territory, network, recipient, 'contact_delay',
                trim_scale(round(middle::numeric / 86400, 2))::text, null, null, array[p4] from counted
            """)
    }

    func par4() async throws -> Cells {
        try await cells(
            """
            select coalesce(month, quarter, year) as period, null as department, null as territory, network, recipient,
                'across_networks' as measure,
                trim_scale(round(100.0 * count(*) filter (where network <> recipient)
                    / nullif(count(*) filter (where network is not null and recipient is not null), 0), 2))::text
                    as value,
                count(*) filter (where network <> recipient) as numerator,
                count(*) filter (where network is not null and recipient is not null) as denominator,
                array[\(Self.persons("network <> recipient")),
                    \(Self.persons("network is not null and recipient is not null")),
                    \(Self.persons("network = recipient"))] as groups
            from raw.referrals
            group by grouping sets ((year), (quarter), (month), (year, network), (quarter, network),
                (year, network, recipient))
            having (grouping(network) = 1 or network is not null) and (grouping(recipient) = 1 or recipient is not null)
            """)
    }

    /// At the end of a period.
    func acc1(_ period: String, until end: Date) async throws -> Cells {
        try await cells(
            """
            with structures as (
                select data from (select distinct on (data ->> 'id') type, data from raw.events
                    where type like 'fr.spro.directory.structure.%' and at < \(end)
                    order by data ->> 'id', (data ->> 'version')::int desc) last
                where type = 'fr.spro.directory.structure.changed.v1' and data ->> 'region' = '52'
                    and data ->> 'status' not in ('point-de-contact', 'partenaire-ressource')),
            offers as (
                select data ->> 'id' as structure, o -> 'zones' as zones
                from structures, jsonb_array_elements(data -> 'offers') o
                where exists (select from jsonb_array_elements(o -> 'modalities') m
                    where m ->> 'channel' = 'presentiel')),
            zones as (
                select distinct z ->> 'type' as type, z ->> 'code' as code
                from offers, jsonb_array_elements(zones) z),
            territories as (
                select t from structures,
                    jsonb_array_elements_text((data -> 'participates_in') || (data -> 'located_in')) t
                where data ->> 'id' in (select structure from offers)
                    and data ->> 'id' not in (select structure from offers where zones <> '[]')),
            communes as (
                select *, (select t from unnest(territories) t where t like 'territoire-spro:%') as territory
                from raw.populations
                where year = (select max(year) from raw.populations where year <= \(Int(period.prefix(4)) ?? 0))),
            judged as (
                select c.*, exists (select from zones z where (z.type, z.code) in (('commune', c.commune),
                        ('departement', c.department), ('region', '52'), ('pays', 'FR'))
                        or z.type = 'epci' and 'epci:' || z.code = any(c.territories))
                    or exists (select from territories t where t.t = any(c.territories || ('departement:' || c.department))) as served
                from communes c)
            select \(period)::text as period, department, territory, null as network, null as recipient,
                'coverage' as measure,
                trim_scale(round(100.0 * coalesce(sum(population) filter (where served), 0)
                    / nullif(sum(population), 0), 2))::text as value,
                coalesce(sum(population) filter (where served), 0)::bigint as numerator,
                sum(population)::bigint as denominator, '{}'::bigint[] as groups
            from judged group by grouping sets ((), (department), (territory))
            having (grouping(department) = 1 or department is not null)
                and (grouping(territory) = 1 or territory is not null)
            """)
    }

    /// Different persons; the forgotten ones together are one, whoever cannot be linked is one each.
    private static func persons(_ condition: Query) -> Query {
        """
        (count(distinct person) filter (where (\(condition)) and not forgotten)
            + count(*) filter (where (\(condition)) and person is null)
            + (count(*) filter (where (\(condition)) and forgotten) > 0)::int)
        """
    }

    private func cells(_ query: Query) async throws -> Cells {
        try await Connection.with(database.superuserConfiguration) { connection in
            var cells: Cells = [:]
            for row in try await connection.query(query, timeout: .seconds(60)) {
                let key = try ["measure", "period", "department", "territory", "network", "recipient"].map { name in
                    try row[name, as: String?.self] ?? ""
                }
                cells[key.joined(separator: "|")] = Cell(
                    value: try row["value"], numerator: try row["numerator"], denominator: try row["denominator"],
                    groups: try row["groups"])
            }
            return cells
        }
    }
}
