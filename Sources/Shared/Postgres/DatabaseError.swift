/// Why the database did not do what it was asked.
///
/// `description` is safe to show and to log: the kind, the SQLSTATE, the constraint's name. `String(reflecting:)` adds
/// what a developer needs and still no bound value (see ``ServerReport``).
package struct DatabaseError: Error, Sendable {
    package enum ConstraintKind: String, Sendable {
        case unique, foreignKey, check, notNull, exclusion
    }

    package enum Kind: Sendable, Equatable {
        /// For `notNull`, which has no name in PostgreSQL 15, `table.column`.
        case constraint(name: String, kind: ConstraintKind)
        /// A guard of ours raised it, with an SQLSTATE of class `SP`. The message is the guard's own.
        case raised(sqlstate: String, message: String)
        case serialization
        case deadlock
        /// The server gave up (`statement_timeout`, `lock_timeout`), or we did; nothing was stored.
        case timeout
        /// No connection, or it broke; nothing was stored.
        case connectionLost
        /// The connection broke, or the deadline passed, after a commit was sent: the transaction may be stored or not.
        case commitOutcomeUnknown
        /// Too many callers wait for a connection, or this one waited too long.
        case saturated
        /// The server has no disk or memory left for it; nothing was stored.
        case exhausted
        case other
    }

    package let kind: Kind
    /// What the server said, where it spoke.
    package let report: ServerReport?
    /// What we know beyond it; without values.
    package let note: String?

    package init(_ kind: Kind, report: ServerReport? = nil, note: String? = nil) {
        self.kind = kind
        self.report = report
        self.note = note
    }

    package init(_ report: ServerReport) { self.init(report.kind, report: report) }

    package var sqlstate: String? { report?.sqlstate }

    /// The name of the violated constraint.
    package var constraint: String? {
        if case .constraint(let name, _) = kind { name } else { nil }
    }

    /// Whether the server ended the transaction because another was in its way: nothing was stored.
    package var isCollision: Bool { kind == .serialization || kind == .deadlock }

    /// Whether the server could not be asked, or did not answer: what it holds is not known.
    package var isOutOfReach: Bool { [.connectionLost, .timeout, .saturated, .exhausted].contains(kind) }

    /// Whether nothing was stored and the same transaction, tried again at once, may succeed.
    package var isRetryable: Bool {
        switch kind {
        case .serialization, .deadlock, .connectionLost: true
        case .other: report?.isStalePlan ?? false
        case .constraint, .raised, .timeout, .commitOutcomeUnknown, .saturated, .exhausted: false
        }
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        let name =
            switch kind {
            case .constraint(let name, let kind): "\(kind.rawValue) constraint \(name)"
            case .raised: "raised"
            case .serialization: "serialization failure"
            case .deadlock: "deadlock"
            case .timeout: "timeout"
            case .connectionLost: "connection lost"
            case .commitOutcomeUnknown: "commit outcome unknown"
            case .saturated: "saturated"
            case .exhausted: "resources exhausted"
            case .other: "database error"
            }
        return report.map { "\(name) (SQLSTATE \($0.sqlstate))" } ?? name
    }

    package var debugDescription: String {
        ([description, note] + [report.map { String(reflecting: $0) }]).compactMap(\.self).joined(separator: "; ")
    }
}
