/// The fields of an error that the server sent, and which of them may be shown.
///
/// DETAIL, HINT and CONTEXT are not even kept: they quote rows (`Key (email)=(...) already exists`) and inputs
/// (`COPY t, line 1, column x: "..."`).
package struct ServerReport: Sendable, Equatable {
    package let severity: String
    package let sqlstate: String
    let message: String
    package let schema: String?
    package let table: String?
    package let column: String?
    package let dataType: String?
    package let constraint: String?
    /// Character of the statement, from 1.
    package let position: Int?
    /// The function of the server's source that raised it.
    package let routine: String?

    var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

    /// A prepared statement whose result changed with the schema, or that the server no longer knows.
    package var isStalePlan: Bool {
        sqlstate == "26000" || (sqlstate == "0A000" && routine == "RevalidateCachedQuery")
    }

    /// Kinds by SQLSTATE (PostgreSQL, appendix A).
    var kind: DatabaseError.Kind {
        switch sqlstate {
        case "23505": .constraint(name: constraint ?? "", kind: .unique)
        case "23503", "23001": .constraint(name: constraint ?? "", kind: .foreignKey)
        case "23514": .constraint(name: constraint ?? "", kind: .check)
        case "23P01": .constraint(name: constraint ?? "", kind: .exclusion)
        case "23502":
            .constraint(name: constraint ?? [table, column].compactMap(\.self).joined(separator: "."), kind: .notNull)
        case "40001": .serialization
        case "40P01": .deadlock
        case "57014", "55P03": .timeout
        // Sent just before the server closes: idle in transaction, idle session, shutdown, crash of another process,
        // starting up, too many connections.
        case "25P03", "57P05", "57P01", "57P02", "57P03", "53300": .connectionLost
        case "53000", "53100", "53200": .exhausted
        case let state where state.hasPrefix("08"): .connectionLost
        case let state where state.hasPrefix("SP"): .raised(sqlstate: state, message: message)
        default: .other
        }
    }
}

extension ServerReport: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "SQLSTATE \(sqlstate)" }

    package var debugDescription: String {
        let place =
            [("schema", schema), ("table", table), ("column", column), ("type", dataType)]
            + [("constraint", constraint), ("position", position.map(String.init)), ("routine", routine)]
        let fields = place.compactMap { name, value in value.map { "\(name) \($0)" } }
        return (["\(severity) \(sqlstate)", showableMessage ?? "message withheld"] + fields).joined(separator: ", ")
    }

    /// Messages of data exceptions, violated constraints and `raise` quote values. So do some syntax errors
    /// (`to_tsquery`, `jsonpath`), but not those that point into the statement's own text.
    private var showableMessage: String? {
        let telling: Set<String> = ["08", "0A", "25", "26", "28", "3D", "3F", "40", "53", "54", "55", "57"]
        if telling.contains(String(sqlstate.prefix(2))) || sqlstate == "42501" { return message }
        return sqlstate.hasPrefix("42") && position != nil ? message : nil
    }
}
