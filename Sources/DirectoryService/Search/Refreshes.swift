/// Runs one refresh at a time. A caller gets one that began after its call: whoever comes while one is running shares
/// the next with all others who wait.
actor Refreshes {
    private var running: Task<Void, any Error>?
    private var next: Task<Void, any Error>?

    func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let task: Task<Void, any Error>
        if let next {
            task = next
        } else {
            let previous = running
            task = Task {
                _ = await previous?.result
                self.begin()
                try await work()
            }
            next = task
        }
        try await task.value
    }

    private func begin() {
        running = next
        next = nil
    }
}
