import Foundation
import Postgres
import Schema

/// Reads facts as observations. The place of a structure is the one that the directory told last, also for the past:
/// figures of a release will keep theirs.
struct ObservationRepository: Sendable {
    let pool: Pool

    func standing() async throws -> DataStanding {
        try await pool.withTransaction(readOnly: true) { try await Self.standing(in: $0) }
    }

    /// - Parameter periods: a whole year of what happened, or the periods at whose ends a state is read.
    func read(
        _ population: IndicatorDefinition.Population, region: String, in periods: [Period], recognition: Recognition
    ) async throws -> Reading {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(60)) {
            transaction in
            let standing = try await Self.standing(in: transaction)
            var observations: [Observation] = []
            for period in periods {
                switch population {
                case .closedDemands: observations += try await Self.closedDemands(region, period, in: transaction)
                case .referrals: observations += try await Self.referrals(region, period, in: transaction)
                case .communes:
                    observations += try await Self.communes(region, period, recognition, in: transaction)
                }
            }
            return Reading(standing: standing, observations: observations)
        }
    }

    /// Structures that count at the end of the period, and those of them that told of a reception or took part in a
    /// referral in it (of coverage: that say where they offer something); and how far the facts had come then.
    func completeness(
        _ population: IndicatorDefinition.Population, region: String, in period: Period, recognition: Recognition
    ) async throws -> (Completeness, DataStanding) {
        let told: Query =
            population == .communes
            ? "zones <> '{}' or territories <> '{}'"
            : """
            exists (select from receptions r where r.structure = s.structure
                and r.received_at >= \(period.start) and r.received_at < \(period.end))
            or exists (select from referrals f where f.sender = s.structure
                and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end))
            or exists (select from referrals f where f.recipient = s.structure
                and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end))
            """
        return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(30)) {
            transaction in
            let standing = try await Self.standing(in: transaction)
            let rows = try await transaction.query(
                """
                select count(*), count(*) filter (where \(told))
                from (\(Self.counted(region, until: period.end, recognition))) s
                """)
            let (expected, reporting) = try rows[0].decode((Int, Int).self)
            return (Completeness(expected: expected, reporting: reporting), standing)
        }
    }

    private static func standing(in transaction: Transaction) async throws -> DataStanding {
        let row = try await transaction.query(
            """
            select string_agg(format('%s.%s', rebuilds, pages), '-' order by source) || '-'
                    || (select string_agg(position::text, '.' order by kind) from contribution_kinds) as position,
                case when bool_and(was_read_to_end) then date_trunc('minute', min(end_reached_at)) end as through,
                bool_or(is_rebuilding) as is_rebuilding
            from feeds
            """)[0]
        return DataStanding(
            position: try row["position", as: String.self], through: try row["through", as: Date?.self],
            isRebuilding: try row["is_rebuilding", as: Bool.self])
    }

    private static func closedDemands(
        _ region: String, _ period: Period, in transaction: Transaction
    ) async throws -> [Observation] {
        let rows = try await transaction.query(
            """
            select c.closed_at, c.outcome, c.structures, c.is_linkable, c.person, r.network, s.located_in
            from demand_closings c
            join lateral (select structure, network from receptions where demand = c.demand
                order by received_at, event limit 1) r on true
            join (\(placed(region))) s on s.structure = r.structure
            where c.closed_at >= \(period.start) and c.closed_at < \(period.end)
            """)
        var persons = PersonNumbers()
        return try rows.map { row in
            let (closed, outcome, structures, isLinkable, person, network, places) = try row.decode(
                (Date, String, Int, Bool, UUID?, String?, [String]).self)
            return Observation(
                coordinates: coordinates(at: closed, places, network: network),
                person: persons.person(person, isLinkable: isLinkable), outcome: outcome, structures: structures)
        }
    }

    private static func referrals(
        _ region: String, _ period: Period, in transaction: Transaction
    ) async throws -> [Observation] {
        let rows = try await transaction.query(
            """
            select f.submitted_at, f.sender_network, f.recipient_network, f.is_linkable, f.person, s.located_in,
                exists (select from referral_moves m where m.referral = f.referral and m.state = 'accepted'),
                floor(extract(epoch from least(
                    (select min(m.moved_at) from referral_moves m where m.referral = f.referral
                        and m.state = 'in_progress' and m.moved_at >= f.submitted_at),
                    (select min(a.scheduled_for) from appointments a where a.referral = f.referral
                        and a.attendance = 'seen' and a.scheduled_for >= f.submitted_at)) - f.submitted_at))::bigint
            from referrals f
            join (\(placed(region))) s on s.structure = f.sender
            where f.submitted_at >= \(period.start) and f.submitted_at < \(period.end)
                and not exists (select from referral_moves m where m.referral = f.referral
                    and m.state = 'entered_in_error')
            """)
        var persons = PersonNumbers()
        return try rows.map { row in
            let (submitted, network, recipientNetwork, isLinkable, person, places, isAccepted, delay) = try row.decode(
                (Date, String?, String?, Bool, UUID?, [String], Bool, Int?).self)
            return Observation(
                coordinates: coordinates(at: submitted, places, network: network, recipientNetwork: recipientNetwork),
                person: persons.person(person, isLinkable: isLinkable), isAccepted: isAccepted, contactDelay: delay)
        }
    }

    private static func communes(
        _ region: String, _ period: Period, _ recognition: Recognition, in transaction: Transaction
    ) async throws -> [Observation] {
        let served = try await transaction.query(
            "select zones, territories from (\(counted(region, until: period.end, recognition))) s"
        ).decode(([String], [String]).self)
        let coverage = ServedPlaces(zones: served.flatMap(\.0), territories: served.flatMap(\.1))
        let rows = try await transaction.query(
            """
            select distinct on (commune) commune, department, territories, population
            from reference_populations where region = \(region) and year <= \(period.year)
            order by commune, year desc
            """)
        return try rows.decode((String, String, [String], Int).self).map { commune, department, territories, number in
            Observation(
                coordinates: Coordinates(
                    period: period, department: department, territory: CountedUnder.territory(among: territories)),
                person: .nobody, weight: number,
                isServed: coverage.serves(
                    commune: commune, department: department, region: region, territories: territories))
        }
    }

    /// Where each structure of a region lies, by the last that was told of it.
    private static func placed(_ region: String) -> Query {
        """
        select structure, located_in
        from (select distinct on (structure) structure, region, located_in from structure_states
            where not is_gone order by structure, version desc) latest
        where region = \(region)
        """
    }

    /// The structures that count at a moment.
    private static func counted(_ region: String, until moment: Date, _ recognition: Recognition) -> Query {
        """
        select structure, zones, territories
        from (select distinct on (structure) * from structure_states where since < \(moment)
            order by structure, version desc) latest
        where not is_gone and region = \(region) and not status = any(\(Recognition.uncounted))
            and (not \(recognition.demandsLabel) or 'accorde' = coalesce(
                (select d.label_state from label_decisions d where d.structure = latest.structure
                    and d.decided_at < \(moment) and d.decided_at >= latest.since
                    order by d.decided_at desc, d.event desc limit 1), label_state))
        """
    }

    private static func coordinates(
        at instant: Date, _ keys: [String], network: String?, recipientNetwork: String? = nil
    ) -> Coordinates {
        let department = keys.first { $0.hasPrefix("departement:") }.map { String($0.dropFirst(12)) }
        return Coordinates(
            period: Period(.month, of: ParisClock.day(of: instant)), department: department,
            territory: CountedUnder.territory(among: keys), network: network, recipientNetwork: recipientNetwork)
    }
}

/// Numbers in place of the keys of persons.
private struct PersonNumbers {
    private var numbers: [UUID: Int] = [:]

    /// Who was forgotten is told from who never could be linked.
    mutating func person(_ key: UUID?, isLinkable: Bool) -> Observation.Person {
        guard let key else { return isLinkable ? .erased : .unlinkable }
        if let number = numbers[key] { return .linked(number) }
        numbers[key] = numbers.count
        return .linked(numbers.count - 1)
    }
}
