import Postgres
import Schema

@testable import ReportingService

/// One measure of an indicator as an aggregate over a view, which has a row for everything that counts in a period.
struct OracleMeasure: Sendable {
    let code: String
    let name: String
    let view: Query
    /// As text.
    let value: Query
    var numerator: Query = "null::bigint"
    var denominator: Query = "null::bigint"
    /// Whether each row of the view belongs to the tables of one breakdown alone, told by `of_shape`.
    var isOfShape = false

    /// In percent.
    static func ratio(_ code: String, _ name: String, of part: Query, over whole: Query, in view: Query) -> Self {
        Self(
            code: code, name: name, view: view,
            value: "trim_scale(round(100.0 * (\(part)) / nullif(\(whole), 0), 2))::text", numerator: part,
            denominator: whole)
    }

    static func count(_ code: String, _ name: String, of count: Query, in view: Query) -> Self {
        Self(code: code, name: name, view: view, value: "coalesce(\(count), 0)::text")
    }

    /// - Parameter scale: so many make one of the unit.
    static func number(
        _ code: String, _ name: String, _ number: Query, per scale: Int = 1, in view: Query, isOfShape: Bool = false
    ) -> Self {
        Self(
            code: code, name: name, view: view,
            value: "trim_scale(round((\(number))::numeric / \(scale)::bigint, 2))::text", isOfShape: isOfShape)
    }

    /// - Parameter columns: of the view; whether a column holds several codes.
    func query(_ shape: TableShape, _ columns: [String: Bool]) -> Query {
        var joins: [Query] = []
        var codes: [Query] = []
        for dimension in Self.order(shape) {
            guard let name = Identifier(dimension.rawValue) else { preconditionFailure("\(dimension)") }
            if columns[dimension.rawValue] == true {
                joins.append("cross join lateral unnest(v.\(name)) as \(name)(code)")
                codes.append("\(name).code")
            } else {
                codes.append("v.\(name)")
            }
        }
        var conditions: [Query] = ["v.length = \(shape.length.name)"] + codes.map { "\($0) is not null" }
        if isOfShape { conditions.append("v.of_shape = \(shape.dimensions.first?.rawValue ?? "")") }
        return """
            select v.period, array[\(Query(codes, separator: ", "))]::text[] as place, \(value) as value,
                (\(numerator))::bigint as numerator, (\(denominator))::bigint as denominator
            from \(view) v \(Query(joins, separator: " "))
            where \(Query(conditions, separator: " and "))
            group by \(Query(["v.period"] + codes, separator: ", "))
            """
    }

    /// The dimensions of a table, always in the same order.
    static func order(_ shape: TableShape) -> [Dimension] { Dimension.allCases.filter(shape.dimensions.contains) }
}
