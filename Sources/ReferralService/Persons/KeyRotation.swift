import Foundation
import Postgres

/// Wraps every person's key by the newest key-encryption key, some hundreds in a transaction: each is over within a
/// second, or the feeds would wait for it.
struct KeyRotation: Sendable {
    let keys: KeyEncryptionKeys
    var chunk = 500

    struct Outcome: Sendable, Equatable {
        /// How many were wrapped anew.
        var wrapped = 0
        /// Whose keys do not open with the one that their rows name, and stay as they are.
        var unopened: [UUID] = []
    }

    func run(on connection: Connection) async throws -> Outcome {
        let newest = keys.newest
        var outcome = Outcome()
        for name in keys.all.flatMap({ [$0.id, $0.digest] }) where name != newest.id {
            var last: UUID?
            repeat {
                let after = last
                let turn = try await connection.withTransaction { transaction in
                    try await KeyRotationRepository().rewrap(
                        wrappedBy: name, after: after, atMost: chunk, by: newest, among: keys, in: transaction)
                }
                outcome.wrapped += turn.wrapped
                outcome.unopened += turn.unopened
                last = turn.last
            } while last != nil
        }
        return outcome
    }
}

/// Which key-encryption keys are needed, for whoever looks after them.
struct KeyReport: Sendable, Equatable {
    let lines: [String]
    /// Whether somebody's key is wrapped by one that is not given.
    let isMissingAny: Bool

    init(_ keys: KeyEncryptionKeys, _ standing: [(id: String, persons: Int)]) {
        let newest = keys.newest.id
        var lines: [String] = []
        for key in keys.all {
            let persons = standing.filter { keys.key(named: $0.id)?.id == key.id }.map(\.persons).reduce(0, +)
            let verdict =
                switch (key.id == newest, persons) {
                case (true, _): "wraps"
                case (false, 0): key.month > keys.newest.month ? "waits for its month" : "not needed"
                default: "needed: run «referral-service keys rewrap»"
                }
            lines.append("\(key.id)  persons \(persons)  \(verdict)")
        }
        let missing = standing.filter { keys.key(named: $0.id) == nil }
        lines += missing.map { "\($0.id)  persons \($0.persons)  MISSING: they cannot be read" }
        self.lines = lines
        isMissingAny = !missing.isEmpty
    }
}
