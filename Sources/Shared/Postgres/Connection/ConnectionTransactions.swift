extension Connection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. A caught error of a
    /// statement does not save the transaction: it is thrown again in place of the commit.
    package nonisolated(nonsending) func withTransaction<Value>(
        _ options: TransactionOptions = TransactionOptions(),
        _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        let transaction = Transaction(options, on: self)
        let value: Value
        do {
            value = try await body(transaction)
        } catch {
            await rollBack(transaction)
            throw error
        }
        try await commit(transaction)
        return value
    }

    func run(_ queries: [Query], in transaction: Transaction) throws -> [Rows] {
        let ahead = try transaction.ahead()
        let landing = try fly(ahead + queries, commits: false, timeout: transaction.options.timeout)
        transaction.landed(ahead: ahead.count, landing.failure)
        if let failure = landing.failure { throw failure }
        return landing.tables.dropFirst(ahead.count).map { Rows($0) }
    }

    func run(script: Query, in transaction: Transaction) throws {
        let text = try script.scriptText()
        _ = try run([], in: transaction)
        do {
            try run(text, timeout: transaction.options.timeout)
        } catch {
            if let failure = error as? DatabaseError { transaction.failed(failure) }
            throw error
        }
    }

    func copy(_ statement: Query, _ bytes: [UInt8], in transaction: Transaction) throws -> Int {
        let text = try statement.scriptText()
        _ = try run([], in: transaction)
        let deadline = deadline(after: transaction.options.timeout)
        do throws(DatabaseError) {
            return try using { (session) throws(DatabaseError) in try session.copy(text, bytes, until: deadline).get() }
        } catch {
            transaction.failed(error)
            throw error
        }
    }

    private func commit(_ transaction: Transaction) throws {
        let (wasOpen, ahead, failure) = transaction.end()
        guard wasOpen || !ahead.isEmpty else { return }
        if let failure {
            rollBack()
            throw failure
        }
        do {
            let options = transaction.options
            let landing = try fly(ahead + ["commit"], commits: !options.readOnly, timeout: options.timeout)
            if let failure = landing.failure { throw failure }
            // A failed transaction answers a commit with success, and the word ROLLBACK.
            guard landing.tables.last?.command == "COMMIT" else {
                throw DatabaseError(.other, note: "the transaction had been ended or failed before its commit")
            }
        } catch {
            rollBack()
            throw error
        }
    }

    private func rollBack(_ transaction: Transaction) {
        guard transaction.end().wasOpen else { return }
        rollBack()
    }

    /// Leaves no transaction open, if need be by closing.
    func rollBack() {
        guard let session, !session.isIdle else { return }
        do {
            let flight = Flight(queries: ["rollback"], commits: false, deadline: deadline(after: nil))
            let landing = try using { (session) throws(DatabaseError) in try session.fly(flight) }
            if landing.failure != nil || !session.isIdle { close() }
        } catch {
            close()
        }
    }
}
