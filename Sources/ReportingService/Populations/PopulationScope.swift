import Charters
import Postgres
import Schema

/// Whose observations are asked for, and when; and what the queries of several populations have in common.
struct PopulationScope: Sendable {
    let region: String
    /// Which of its structures count.
    let recognition: Recognition
    /// Who reports to it each year; nil where its specification says nothing.
    let reporters: AnnualReportRule.Scope?
    let period: Period
    /// Nothing is judged by a day that is still to come.
    let today: CalendarDate

    /// - Parameter today: the day in Paris on which the figures are computed.
    init(_ region: String, _ charters: CharterSet, _ period: Period, on today: CalendarDate) {
        (self.region, self.period, self.today) = (region, period, today)
        recognition = charters.recognition(in: region)
        reporters = charters.charters[region]?.annualReport?.scope
    }

    // MARK: Days

    var firstDay: Query { "(\(period.start) at time zone 'Europe/Paris')::date" }
    /// The day of judgement: the period's last, or today while the period runs.
    var lastDay: Query { "least((\(period.end) at time zone 'Europe/Paris')::date - 1, \(today))" }
    /// `between` the first and the last.
    var days: Query { "between \(firstDay) and \(lastDay)" }

    /// Full months from a day to the day of judgement.
    func months(_ day: Query) -> Query {
        """
        (extract(year from age(\(lastDay), \(day))) * 12 + extract(month from age(\(lastDay), \(day))))::bigint
        """
    }

    // MARK: Structures

    /// Of several networks the first by code (``CountedUnder``).
    private static let network: Query = "(select min(code collate \"C\") from unnest(networks) code) as network"

    /// Where each structure of the region lies, by the last that was told of it: `structure`, `located_in`, `networks`,
    /// `network`.
    var placed: Query {
        """
        select structure, located_in, networks, \(Self.network)
        from (select distinct on (structure) structure, region, located_in, networks from structure_states
            where not is_gone order by structure, version desc) latest
        where region = \(region)
        """
    }

    /// The structures of the region at the end of the period, as they are then, and `network`.
    var standing: Query {
        """
        select *, \(Self.network)
        from (select distinct on (structure) * from structure_states where since < \(period.end)
            order by structure, version desc) latest
        where not is_gone and region = \(region)
        """
    }

    /// ST of the catalogue: those of them that count (``Recognition``).
    var counted: Query {
        """
        select * from (\(standing)) state where \(counts(until: "\(period.end)"))
        """
    }

    /// Whether the structure that is the row `state` counts at an instant.
    func counts(until instant: Query) -> Query {
        """
        not state.status = any(\(Recognition.uncounted))
            and (not \(recognition.demandsLabel) or 'accorde' = coalesce(
                (select d.label_state from label_decisions d where d.structure = state.structure
                    and d.decided_at < \(instant) and d.decided_at >= state.since
                    order by d.decided_at desc, d.event desc limit 1), state.label_state))
        """
    }

    /// Of the structure `s`, the half-days of its least open week: of the ISO weeks whose Thursday lies in the period
    /// and has come, and on whose working days it was not closed throughout, by what it was at the week's end. The half-days of a
    /// week are the most that one of its offers of reception has; unknown ones are none.
    var leastHalfDays: Query {
        """
        select min(coalesce((
            select max(o.half_days) from structure_offers o
            where o.structure = week.structure and o.version = week.version
                and o.service_kind in ('accueil-information', 'accueil-personnalise')), 0))
        from (
            select day::date - 3 as monday, state.*
            from generate_series(\(firstDay), \(lastDay), interval '1 day') day
            cross join lateral (
                select v.structure, v.version, v.is_gone from structure_states v where v.structure = s.structure
                    and v.since < (day::date + 4)::timestamp at time zone 'Europe/Paris'
                order by v.version desc limit 1) state
            where extract(isodow from day) = 4) week
        where not week.is_gone and exists (
            select from generate_series(0, 4) weekday where not exists (
                select from structure_closures x where x.structure = week.structure and x.version = week.version
                    and week.monday + weekday between x.first_day and x.last_day))
        """
    }

    // MARK: Territories and conventions

    /// TE of the catalogue: the territories of the service in which a commune of the region or a structure that counts
    /// lies: `territory`, a key.
    var territories: Query {
        """
        select key as territory
        from (select unnest(p.territories) as key from (\(communes())) p
            union select unnest(s.located_in) from (\(counted)) s) keys
        where key like 'territoire-spro:%'
        """
    }

    /// The communes of the region in the latest year until the period's that it gave, whole: one that was merged since
    /// is counted with the other.
    ///
    /// - Parameter condition: what some of the year's communes, those that are told, must have.
    func communes(where condition: Query = "true") -> Query {
        """
        select * from reference_populations
        where region = \(region) and \(condition) and year = (
            select max(year) from reference_populations
            where region = \(region) and \(condition) and year <= \(period.year))
        """
    }

    /// The coordination of each territory at the end of the period.
    var coordinations: Query {
        """
        select distinct on (territory) territory, coordinator_designated, committee_structures
        from territory_states where since < \(period.end) order by territory, since desc, event desc
        """
    }

    /// The conventions of the region, which signs each of them, that are valid on the day of judgement, by what was told
    /// of them until then: `parties`.
    var validConventions: Query {
        """
        select parties
        from (select distinct on (convention) * from convention_states where since < \(period.end)
            order by convention, since desc, event desc) latest
        where not is_gone and parties @> array['region:' || \(region)] and valid_from <= \(lastDay)
            and (valid_until is null or valid_until >= \(lastDay))
        """
    }
}
