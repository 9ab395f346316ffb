import Synchronization

/// One thing without which a replica should get no requests, or, where it is not essential, serves them in part.
package struct ReadinessCheck: Sendable {
    /// A word for operators; it is shown, so it names no host and no secret.
    package let name: String
    /// Whether the replica must get no requests while the check fails: never so for what all replicas share, unless
    /// nothing at all can be answered without it, or one outage would take every replica away.
    package let isEssential: Bool
    private let check: @Sendable () async -> Bool

    package init(name: String, isEssential: Bool = true, check: @escaping @Sendable () async -> Bool) {
        self.name = name
        self.isEssential = isEssential
        self.check = check
    }

    /// Whether the check holds. One that does not answer in time does not hold, and is not waited for.
    func holds(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            let asking = Task { answer.give(await check()) }
            Task {
                try? await Task.sleep(for: limit)
                asking.cancel()
                answer.give(false)
            }
        }
    }

    /// The first answer counts.
    private final class Answer: Sendable {
        private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

        init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Mutex(continuation) }

        func give(_ holds: Bool) {
            continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume(returning: holds)
        }
    }
}
