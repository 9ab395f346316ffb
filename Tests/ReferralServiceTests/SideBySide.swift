/// The outcomes of so many trials in their order, some of them at a time.
func sideBySide<Outcome: Sendable>(
    _ trials: Int, lanes: Int = 4, _ run: @Sendable @escaping (Int) async throws -> Outcome
) async throws -> [Outcome] {
    try await withThrowingTaskGroup(of: [(Int, Outcome)].self) { group in
        for lane in 0..<lanes {
            group.addTask {
                var outcomes: [(Int, Outcome)] = []
                for number in stride(from: lane, to: trials, by: lanes) {
                    outcomes.append((number, try await run(number)))
                }
                return outcomes
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
