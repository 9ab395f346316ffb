internal import Synchronization

/// A transaction that is open as long as the closure of `Pool.withTransaction` runs. Its `begin` and its settings travel
/// with its first statement.
package final class Transaction: Sendable {
    package enum Isolation: Sendable {
        case readCommitted, repeatableRead, serializable
    }

    private enum Phase {
        case fresh, open, ended
    }

    private struct State {
        var phase = Phase.fresh
        var queued: [Query] = []
        var failure: DatabaseError?
    }

    let options: TransactionOptions
    private let connection: Connection
    private let state = Mutex(State())

    init(_ options: TransactionOptions, on connection: Connection) {
        self.options = options
        self.connection = connection
    }

    /// One statement, one round trip. After an error the transaction can only be rolled back.
    @discardableResult
    package func query(_ query: Query) async throws -> Rows { try await connection.run([query], in: self)[0] }

    /// Several statements in one round trip; at the first error the rest is skipped.
    @discardableResult
    package func pipeline(_ queries: [Query]) async throws -> [Rows] { try await connection.run(queries, in: self) }

    /// A statement whose result nobody waits for: it travels ahead of the next one, or of the commit, and costs no round
    /// trip of its own. What is wrong with it, that one throws.
    package func queue(_ query: Query) { state.withLock { $0.queued.append(query) } }

    /// See ``Connection/copy(into:columns:rows:)``.
    @discardableResult
    package func copy(into table: Identifier, columns: [Identifier], rows: CopyRows) async throws -> Int {
        try await connection.copy(rows.statement(into: table, columns: columns), rows.bytes(), in: self)
    }

    /// `copy ... from stdin` in whatever format the statement says, with its bytes.
    @discardableResult
    package func copy(_ statement: Query, bytes: [UInt8]) async throws -> Int {
        try await connection.copy(statement, bytes, in: self)
    }

    /// Statements without parameters, separated by `;`.
    package func script(_ script: Query) async throws { try await connection.run(script: script, in: self) }

    // MARK: For the connection, which alone moves it from phase to phase

    /// What must go ahead of the next statement: the beginning of the transaction, and what is queued.
    func ahead() throws -> [Query] {
        try state.withLock { state in
            guard state.phase != .ended else { throw DatabaseError(.other, note: "the transaction is over") }
            return ahead(in: state)
        }
    }

    private func ahead(in state: State) -> [Query] {
        (state.phase == .fresh ? options.opening : []) + state.queued
    }

    /// A flight has landed, with so many statements ahead.
    func landed(ahead count: Int, _ failure: DatabaseError?) {
        state.withLock { state in
            state.queued.removeFirst(count - (state.phase == .fresh ? options.opening.count : 0))
            state.phase = .open
        }
        if let failure { failed(failure) }
    }

    func failed(_ failure: DatabaseError) { state.withLock { $0.failure = $0.failure ?? failure } }

    /// Whether it had been opened, what must go ahead of its commit (nothing: there is nothing to commit), and what went
    /// wrong in it.
    func end() -> (wasOpen: Bool, ahead: [Query], failure: DatabaseError?) {
        state.withLock { state in
            defer { state.phase = .ended }
            let ahead = state.queued.isEmpty ? [] : ahead(in: state)
            return (state.phase == .open, ahead, state.failure)
        }
    }
}

/// How a transaction is to run.
package struct TransactionOptions: Sendable {
    /// Settings local to the transaction, such as `spro.structures`.
    package var settings: [(name: String, value: String)] = []
    package var isolation = Transaction.Isolation.readCommitted
    package var readOnly = false
    /// Of each statement, in place of the configuration's; the deadline of each answer follows it.
    package var timeout: Duration?

    package init(
        settings: [(name: String, value: String)] = [], isolation: Transaction.Isolation = .readCommitted,
        readOnly: Bool = false, timeout: Duration? = nil
    ) {
        self.settings = settings
        self.isolation = isolation
        self.readOnly = readOnly
        self.timeout = timeout
    }

    var opening: [Query] { [begin] + [localSettings].compactMap(\.self) }

    private var begin: Query {
        let level: Query =
            switch isolation {
            case .readCommitted: "read committed"
            case .repeatableRead: "repeatable read"
            case .serializable: "serializable"
            }
        return readOnly ? "begin isolation level \(level) read only" : "begin isolation level \(level) read write"
    }

    /// One statement for all of them.
    var localSettings: Query? {
        var settings = settings
        if let timeout { settings.append(("statement_timeout", String(timeout.wholeMilliseconds))) }
        guard !settings.isEmpty else { return nil }
        return "select \(Query(settings.map { "set_config(\($0.name), \($0.value), true)" }, separator: ", "))"
    }
}
