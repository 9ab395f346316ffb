import Postgres
import Schema
import Support
import Web

@testable import ReportingService

/// The indicators in plain SQL over events and contributions as they were told, by the words of the definitions alone:
/// nothing of it is the service's, neither tables nor queries nor the code that counts.
struct Oracle: Sendable {
    /// One cell: value as text, and numerator and denominator of a share.
    struct Cell: Equatable, Sendable, CustomStringConvertible {
        let value: String?
        let numerator: Int?
        let denominator: Int?

        /// Whether there is nothing in it: such a cell may be left out.
        var isEmpty: Bool { [nil, "0"].contains(value) && numerator ?? 0 == 0 && denominator ?? 0 == 0 }
        var description: String {
            [value, numerator.map(String.init), denominator.map(String.init)].map { $0 ?? "-" }.joined(separator: " ")
        }
    }

    /// By measure, period, department, territory, network, recipient's network and whatever else, joined by `|`.
    typealias Cells = [String: Cell]

    /// A record of a contribution as it was posted last.
    struct Contributed: Sendable {
        let kind: String
        let client: String
        /// Whose contribution it is.
        var region = "52"
        /// In JSON.
        let record: String
        /// Before the day of the test it came.
        var daysAgo = 0
    }

    static let families: [any (OracleFamily & Sendable).Type] = [
        OracleBase.self, OracleReceptions.self, OracleReferrals.self, OracleEpisodes.self, OracleStructures.self,
        OracleTerritories.self, OracleInhabitants.self, OracleGuidance.self, OracleSurveys.self, OracleActions.self,
        OracleGovernance.self,
    ]
    static var measures: [OracleMeasure] { families.flatMap { $0.measures } }

    let database: Database

    /// What the charter of the region says that matters here.
    struct Rules: Sendable {
        let region: String
        var asksLabel = false
        /// Whose yearly reports it asks for: `structure` or `territory`.
        var reportScope: String?
        /// The day on which the figures are computed.
        var today = CalendarDate(text: "2027-01-04")!
    }

    /// - Parameter day: on which the latest contributions came.
    init(
        _ rules: Rules, _ events: [Event], _ contributed: [Contributed], on day: CalendarDate, into database: Database
    ) async throws {
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
                create schema oracle;
                create table oracle.charter (region text, asks_label boolean, report_scope text, today date);
                create table oracle.contributions (kind text, client text, contributed_on date, data jsonb);
                """)
            try await connection.query(
                """
                insert into oracle.charter
                values (\(rules.region), \(rules.asksLabel), \(rules.reportScope), \(rules.today))
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
            for start in stride(from: 0, to: contributed.count, by: 2000) {
                let part = contributed[start..<min(start + 2000, contributed.count)]
                try await connection.query(
                    """
                    insert into oracle.contributions select kind, client, \(day)::date - ago::int, record::jsonb
                    from unnest(\(part.map(\.kind)), \(part.map(\.client)), \(part.map(\.record)),
                        \(part.map(\.daysAgo))) c(kind, client, record, ago)
                    """)
            }
            for family in Self.families { try await connection.script(family.views, timeout: .seconds(600)) }
        }
    }

    func cells(of definition: IndicatorDefinition) async throws -> Cells {
        var cells: Cells = [:]
        try await Connection.with(database.superuserConfiguration) { connection in
            for measure in Self.measures where measure.code == definition.code {
                let columns = try await Self.columns(of: measure.view, on: connection)
                for shape in definition.plan where shape.dimensions.allSatisfy({ columns[$0.rawValue] != nil }) {
                    for row in try await connection.query(measure.query(shape, columns), timeout: .seconds(120)) {
                        let period = try row["period", as: String.self]
                        let codes = try row["place", as: [String].self]
                        let place = Dictionary(uniqueKeysWithValues: zip(OracleMeasure.order(shape), codes))
                        cells[Self.key(measure.name, period) { place[$0] }] = Cell(
                            value: try row["value"], numerator: try row["numerator"],
                            denominator: try row["denominator"])
                    }
                }
            }
        }
        return cells
    }

    /// By name, whether a column holds several codes.
    private static func columns(of view: Query, on connection: Connection) async throws -> [String: Bool] {
        let found = try await connection.query(
            """
            select attname::text, atttypid = 'text[]'::regtype from pg_attribute
            where attrelid = '\(view)'::regclass and attnum > 0
            """
        ).decode((String, Bool).self)
        return Dictionary(uniqueKeysWithValues: found)
    }

    static func key(_ measure: String, _ period: String, _ place: (Dimension) -> String?) -> String {
        let named: [Dimension] = [.department, .territory, .network, .recipientNetwork]
        let others = Dimension.allCases.filter { !named.contains($0) }
            .compactMap { dimension in place(dimension).map { "\(dimension.rawValue)=\($0)" } }
        return ([measure, period] + named.map { place($0) ?? "" } + others).joined(separator: "|")
    }
}

/// Views over the raw events and contributions, and the measures that are drawn from them.
protocol OracleFamily {
    static var views: Query { get }
    static var measures: [OracleMeasure] { get }
}
