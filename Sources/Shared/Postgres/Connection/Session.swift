/// A connection's wire with the statements prepared on it. Everything here waits, on the connection's own thread.
final class Session {
    let wire: Wire
    private var statements: StatementCache

    init(_ configuration: DatabaseConfiguration) throws(DatabaseError) {
        do throws(Wire.Interruption) {
            wire = try Wire(configuration.connectionParameters, until: .now + configuration.connectTimeout)
        } catch {
            throw error.failure(commits: false)
        }
        statements = StatementCache(capacity: configuration.preparedStatements)
    }

    var descriptor: Int32 { wire.descriptor }
    var isIdle: Bool { wire.isIdle }
    var isInTransaction: Bool { wire.isInTransaction }

    /// Sends a flight and reads its answers. A statement that the server has to plan anew, because the schema changed
    /// or it no longer knows the statement, is prepared again and the flight repeated, where no transaction was open
    /// before it: nothing of it has remained then.
    ///
    /// - Throws: where the session is of no further use.
    func fly(_ flight: Flight) throws(DatabaseError) -> Flight.Landing {
        let wasIdle = wire.isIdle
        let landing = try attempt(flight)
        guard wasIdle, let failure = landing.failure, failure.report?.isStalePlan == true else { return landing }
        if !wire.isIdle { _ = try attempt(Flight(queries: ["rollback"], commits: false, deadline: flight.deadline)) }
        return try attempt(flight)
    }

    private enum Step {
        case deallocate
        case prepare(StatementCache.Key)
        case execute(StatementCache.Key)
        case sync
    }

    private func attempt(_ flight: Flight) throws(DatabaseError) -> Flight.Landing {
        var landing = Flight.Landing()
        var mayHaveCommitted = false
        do throws(Wire.Interruption) {
            try wire.takeInput()
            let steps = try queue(flight)
            mayHaveCommitted = flight.commits
            try wire.flush(until: flight.deadline)
            for step in steps { try land(step, in: &landing, until: flight.deadline) }
            return landing
        } catch {
            // An error before the commit is a definite end, even if the connection went away right after it.
            throw error.failure(commits: mayHaveCommitted && landing.failure == nil)
        }
    }

    private func queue(_ flight: Flight) throws(Wire.Interruption) -> [Step] {
        var steps: [Step] = []
        if wire.isIdle {
            let names = statements.takeDiscarded()
            for name in names { try wire.sendOnce("deallocate \(name)") }
            steps += names.map { _ in .deallocate }
            if !names.isEmpty {
                try wire.sendSync()
                steps.append(.sync)
            }
        }
        for query in flight.queries {
            let key = StatementCache.Key(text: query.text, types: query.parameters.types)
            let name: String
            if let known = statements.name(of: key) {
                name = known
            } else {
                name = statements.add(key)
                try wire.sendPrepare(name, key.text, types: key.types)
                steps.append(.prepare(key))
            }
            try wire.sendExecute(name, query.parameters)
            steps.append(.execute(key))
        }
        try wire.sendSync()
        steps.append(.sync)
        return steps
    }

    private func land(
        _ step: Step, in landing: inout Flight.Landing, until deadline: ContinuousClock.Instant
    ) throws(Wire.Interruption) {
        if case .sync = step {
            guard let table = try wire.next(until: deadline) else { throw .misuse("a sync without an answer") }
            guard table.isSync else { throw Wire.Interruption(fatal: table) }
            return
        }
        var answer: ResultTable?
        while let table = try wire.next(until: deadline) {
            guard !table.isCopy else { throw .misuse("COPY inside a pipeline") }
            answer = table
        }
        guard let answer else { throw .misuse("a statement without an answer") }
        switch step {
        case .deallocate, .sync: break
        case .prepare(let key):
            guard !answer.succeeded else { return }
            statements.remove(key, isPrepared: false)
        case .execute(let key):
            guard !answer.succeeded else { return landing.tables.append(answer) }
            if answer.isError, answer.report.isStalePlan {
                statements.remove(key, isPrepared: answer.report.sqlstate != "26000")
            }
        }
        guard answer.isError else { return }
        if answer.report.isFatal { throw Wire.Interruption(fatal: answer) }
        if case .deallocate = step { return }
        landing.failure = landing.failure ?? DatabaseError(answer.report)
    }

    func interrupted<Value>(
        commits: Bool, _ body: () throws(Wire.Interruption) -> Value
    ) throws(DatabaseError) -> Value {
        do throws(Wire.Interruption) { return try body() } catch { throw error.failure(commits: commits) }
    }

    func verifier(of password: Password, for role: Identifier) throws(DatabaseError) -> String {
        try interrupted(commits: false) { () throws(Wire.Interruption) in try wire.verifier(of: password, for: role) }
    }

    // MARK: Notifications

    /// The next notification; nil at the deadline, or when `wake` became readable.
    func notification(
        until deadline: ContinuousClock.Instant, orOn wake: Int32
    ) throws(DatabaseError) -> Notification? {
        try interrupted(commits: false) { () throws(Wire.Interruption) in
            if let notification = wire.nextNotification() { return notification }
            guard try wire.waitForInput(until: deadline, orOn: wake) else { return nil }
            return wire.nextNotification()
        }
    }
}

extension Wire.Interruption {
    /// An answer that ends the connection.
    init(fatal table: ResultTable) {
        self = table.isError ? .lost(table.report) : .misuse("an answer out of order")
    }

    /// - Parameter commits: whether a commit may have reached the server.
    fileprivate func failure(commits: Bool) -> DatabaseError {
        switch self {
        case .lost(let report):
            // The server ends an idle transaction by rolling it back.
            let isUnknown = commits && report?.sqlstate != "25P03"
            return DatabaseError(isUnknown ? .commitOutcomeUnknown : .connectionLost, report: report)
        case .refused(let words): return DatabaseError(.connectionLost, note: words)
        case .deadline: return DatabaseError(commits ? .commitOutcomeUnknown : .timeout, note: "no answer in time")
        case .misuse(let words): return DatabaseError(commits ? .commitOutcomeUnknown : .other, note: words)
        }
    }
}
