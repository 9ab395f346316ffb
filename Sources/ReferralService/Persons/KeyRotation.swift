import Postgres

/// Wraps every person's key by the newest key-encryption key, some hundreds in a transaction: each is over within a
/// second, or the feeds would wait for it.
struct KeyRotation: Sendable {
    let keys: KeyEncryptionKeys
    var chunk = 500

    /// - Returns: how many were wrapped anew.
    func run(on connection: Connection) async throws -> Int {
        var total = 0
        while true {
            let count = try await connection.withTransaction { transaction in
                try await KeyRotationRepository().rewrap(atMost: chunk, by: keys, in: transaction)
            }
            total += count
            if count == 0 { return total }
        }
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
