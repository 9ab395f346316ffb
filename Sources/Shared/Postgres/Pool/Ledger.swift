/// A connection with its end of life.
struct Lease: Sendable {
    let connection: Connection
    private let expiry: ContinuousClock.Instant

    /// The lifetime less up to a tenth, so that connections opened together do not end together.
    init(_ connection: Connection, lifetime: Duration) {
        self.connection = connection
        expiry = .now + lifetime * Double.random(in: 0.9...1)
    }

    /// Whether an idle connection may be lent.
    var isUsable: Bool { connection.condition.state == .idle && !connection.condition.hasUnexpectedInput }

    /// Whether a connection that comes back may be lent again.
    var isReusable: Bool {
        connection.condition.state == .idle && !connection.condition.isSuspect && .now < expiry
    }
}

typealias Grant = PoolState<Lease, Waiter>.Grant

struct Waiter {
    let continuation: CheckedContinuation<Grant, any Error>
    let deadline: ContinuousClock.Instant
}

/// Everything a pool remembers, under one lock.
struct Ledger {
    var leases: PoolState<Lease, Waiter>
    var isExpiring = false
    private var tickets: UInt64 = 0
    private var backoff = Backoff()
    /// Until then the server is left alone.
    private(set) var retryTime: ContinuousClock.Instant?
    private var lastAnswer: ContinuousClock.Instant?

    init(leases: PoolState<Lease, Waiter>) { self.leases = leases }

    mutating func nextTicket() -> UInt64 {
        tickets += 1
        return tickets
    }

    // MARK: Deadlines of those who wait

    /// When to look again; nil ends the looking.
    mutating func nextDeadline() -> ContinuousClock.Instant? {
        let deadline = leases.waiting.first?.waiter.deadline
        isExpiring = deadline != nil
        return deadline
    }

    mutating func expired(at time: ContinuousClock.Instant) -> [Waiter] {
        var expired: [Waiter] = []
        while let first = leases.waiting.first, first.waiter.deadline <= time, let waiter = leases.leave(first.ticket) {
            expired.append(waiter)
        }
        return expired
    }

    // MARK: Signs of life

    mutating func noteAnswer() {
        lastAnswer = .now
        retryTime = nil
        backoff.reset()
    }

    /// A connection could not be opened. How long nobody should try again.
    mutating func noteFailure() -> Duration {
        lastAnswer = nil
        let now = ContinuousClock.now
        // Attempts that were under way together count once.
        if let retryTime, now < retryTime { return now.duration(to: retryTime) }
        let delay = backoff.next()
        retryTime = now + delay
        return delay
    }

    mutating func noteSilence() { lastAnswer = nil }

    func hasAnswered(within age: Duration) -> Bool { lastAnswer.map { $0.duration(to: .now) < age } ?? false }

    /// An answer is good for five seconds: where all connections are lent to long transactions there is no newer one.
    func isReachable(at time: ContinuousClock.Instant) -> Bool {
        lastAnswer.map { $0.duration(to: time) < .seconds(5) } ?? false
    }
}
