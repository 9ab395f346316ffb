/// One connection to PostgreSQL, an actor on a thread of its own. Usually lent by a ``Pool``; opened by hand only to
/// listen, or to migrate.
///
/// A statement runs to its end even if its task is cancelled meanwhile; its deadline bounds that. Cancellation is looked
/// at before each statement.
package actor Connection {
    package nonisolated let configuration: DatabaseConfiguration
    private nonisolated let executor: ConnectionExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    var session: Session?
    private let waker = Waker()
    nonisolated let condition = Condition()

    private init(_ configuration: DatabaseConfiguration) {
        self.configuration = configuration
        executor = ConnectionExecutor(name: "postgres")
    }

    /// - Throws: ``DatabaseError`` of kind `connectionLost` or `timeout`.
    package static func open(_ configuration: DatabaseConfiguration) async throws -> Connection {
        let connection = Connection(configuration)
        try await connection.open()
        return connection
    }

    private func open() throws {
        let session = try Session(configuration)
        self.session = session
        condition.descriptor = session.descriptor
        condition.noteAnswer()
        condition.state = .idle
    }

    /// Closes at once; an open transaction is rolled back by the server.
    package func close() {
        condition.state = .closed
        session = nil
    }

    // MARK: Statements outside transactions

    /// One statement that commits by itself.
    ///
    /// - Parameter timeout: in place of the configuration's statement timeout.
    @discardableResult
    package func query(_ query: Query, timeout: Duration? = nil) throws -> Rows {
        try pipeline([query], timeout: timeout)[0]
    }

    /// Several statements in one round trip and one transaction.
    @discardableResult
    package func pipeline(_ queries: [Query], timeout: Duration? = nil) throws -> [Rows] {
        let settings = TransactionOptions(timeout: timeout).localSettings
        let landing = try fly([settings].compactMap(\.self) + queries, commits: true, timeout: timeout)
        if let failure = landing.failure { throw failure }
        return landing.tables.suffix(queries.count).map { Rows($0) }
    }

    /// `begin`, the settings, the statements and `commit` in one round trip. An error rolls all of it back.
    @discardableResult
    package func transact(_ queries: [Query], _ options: TransactionOptions = TransactionOptions()) throws -> [Rows] {
        let opening = options.opening
        let landing = try fly(opening + queries + ["commit"], commits: !options.readOnly, timeout: options.timeout)
        if let failure = landing.failure {
            rollBack()
            throw failure
        }
        return landing.tables.dropFirst(opening.count).dropLast().map { Rows($0) }
    }

    /// Statements without parameters, separated by `;`, in one transaction of their own unless they say otherwise.
    package func script(_ script: Query, timeout: Duration? = nil) throws {
        let text = try script.scriptText()
        guard let timeout else { return try run(text, timeout: nil) }
        // A setting of the session, because some scripts (`create database`) must be all of their transaction.
        try setStatementTimeout(timeout)
        defer {
            // Without its usual timeout the connection must not be used again.
            do { try setStatementTimeout(configuration.statementTimeout) } catch { close() }
        }
        try run(text, timeout: timeout)
    }

    private func setStatementTimeout(_ timeout: Duration) throws {
        let milliseconds = String(timeout.wholeMilliseconds)
        try query("select set_config('statement_timeout', \(milliseconds), false)")
    }

    // MARK: Notifications

    /// Subscribes until the connection closes.
    package func listen(on channel: Identifier) throws { try query("listen \(channel)") }

    /// The next notification, or nil after `patience`. Cancellation ends the wait at once.
    package func nextNotification(within patience: Duration) async throws -> Notification? {
        let deadline = ContinuousClock.now + patience
        return try await withTaskCancellationHandler {
            repeat {
                try Task.checkCancellation()
                waker.reset()
                try Task.checkCancellation()
                let next = try using { (session) throws(DatabaseError) in
                    try session.notification(until: deadline, orOn: waker.descriptor)
                }
                if let next { return next }
            } while ContinuousClock.now < deadline
            return nil
        } onCancel: {
            waker.wake()
        }
    }

    // MARK: For this module

    /// See ``Wire/verifier(of:for:)``.
    func verifier(of password: Password, for role: Identifier) throws -> String {
        try using { (session) throws(DatabaseError) in try session.verifier(of: password, for: role) }
    }

    func fly(_ queries: [Query], commits: Bool, timeout: Duration?) throws -> Flight.Landing {
        try Task.checkCancellation()
        for query in queries { if let failure = query.failure { throw failure } }
        let flight = Flight(queries: queries, commits: commits, deadline: deadline(after: timeout))
        let landing = try using { (session) throws(DatabaseError) in try session.fly(flight) }
        // Read-only transaction: this may be a former primary.
        if landing.failure?.sqlstate == "25006" { condition.isSuspect = true }
        return landing
    }

    func run(_ script: String, timeout: Duration?) throws {
        try Task.checkCancellation()
        let deadline = deadline(after: timeout)
        let failure = try using { (session) throws(DatabaseError) in try session.run(script: script, until: deadline) }
        if let failure { throw failure }
    }

    /// The session, which is dropped where an interruption left it useless.
    func using<Value>(_ body: (Session) throws(DatabaseError) -> Value) throws(DatabaseError) -> Value {
        guard let session else { throw DatabaseError(.connectionLost, note: "the connection is closed") }
        do throws(DatabaseError) {
            let value = try body(session)
            condition.noteAnswer()
            condition.state = session.isIdle ? .idle : .inTransaction
            return value
        } catch {
            close()
            throw error
        }
    }

    func deadline(after timeout: Duration?) -> ContinuousClock.Instant {
        .now + (timeout ?? configuration.statementTimeout) + configuration.responseGrace
    }
}

extension Query {
    /// A script takes no parameters, because the simple protocol has none.
    func scriptText() throws -> String {
        guard parameters.count == 0 else { throw DatabaseError(.other, note: "a script cannot have parameters") }
        return text
    }
}
