import Postgres
import Testing

/// Looks again and again until `condition` holds; fails after `patience`.
func eventually(
    within patience: Duration = .seconds(10), _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, comment, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The kind of the database error that `body` throws.
func kind<Value>(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> Value
) async -> DatabaseError.Kind? {
    do {
        _ = try await body()
        Issue.record("no error", sourceLocation: sourceLocation)
        return nil
    } catch {
        guard let error = error as? DatabaseError else {
            Issue.record(error, sourceLocation: sourceLocation)
            return nil
        }
        return error.kind
    }
}
