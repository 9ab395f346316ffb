import Postgres
import Testing

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
