/// Runs one refresh at a time. A caller gets one that began after its call: whoever comes while one is running shares
/// the next with all others who wait.
actor Refreshes<Outcome: Sendable> {
    private var running: Task<Outcome, any Error>?
    private var next: Task<Outcome, any Error>?

    @discardableResult
    func run(_ work: @escaping @Sendable () async throws -> Outcome) async throws -> Outcome {
        let task: Task<Outcome, any Error>
        if let next {
            task = next
        } else {
            let previous = running
            task = Task {
                _ = await previous?.result
                self.begin()
                return try await work()
            }
            next = task
        }
        return try await task.value
    }

    private func begin() {
        running = next
        next = nil
    }
}
