package import Foundation
package import Logging
package import Schema
package import Tokens

/// Asks the directory about structures, and remembers: an answer is fresh for a minute, and a structure that is known
/// goes on being known for an hour while the directory is down.
package actor DirectoryClient {
    private struct Memory {
        let entry: DirectoryEntry?
        let readAt: Duration
    }

    /// For one answer; a request of someone's waits for it.
    private static let deadline = Duration.seconds(2)
    private static let limit = 4 << 20
    private static let freshness = Duration.seconds(60)
    /// An older answer is not given for a present one; who may go on for longer keeps what it was told, and since when.
    private static let staleness = Duration.seconds(3600)
    /// A structure that was not there may have been created since.
    private static let absenceFreshness = Duration.seconds(5)
    /// The directory is left alone for so long after it did not answer.
    private static let spacing = Duration.seconds(2)

    private let client: ServiceClient
    private let clock: TokenClock
    private let logger: Logger
    private var memory: LeastRecentlyUsed<UUID, Memory>
    private var underWay: [UUID: Task<Result<DirectoryEntry?, CallFailure>, Never>] = [:]
    private var failure: (at: Duration, reason: CallFailure)?

    /// - Parameter capacity: structures that are remembered; the one longest unused is forgotten first.
    package init(client: ServiceClient, capacity: Int = 10_000, clock: TokenClock = .system, logger: Logger) {
        self.client = client
        self.clock = clock
        self.logger = logger
        memory = LeastRecentlyUsed(capacity: capacity)
    }

    /// The structure of that id, or nil: the directory has none.
    /// - Parameter correlation: of the request that asks; of several that ask at once, the first one's is sent.
    /// - Throws: ``CallFailure`` where it is not known here and the directory cannot be asked.
    package func find(_ id: UUID, for correlation: Correlation? = nil) async throws(CallFailure) -> DirectoryEntry? {
        let known = memory[id]
        let now = clock.uptime()
        if let known, now - known.readAt < (known.entry == nil ? Self.absenceFreshness : Self.freshness) {
            return known.entry
        }
        do throws(CallFailure) {
            if let failure, now - failure.at < Self.spacing { throw failure.reason }
            return try await asking(id, correlation).value.get()
        } catch {
            if let known, let entry = known.entry, now - known.readAt < Self.staleness { return entry }
            throw error
        }
    }

    private func asking(
        _ id: UUID, _ correlation: Correlation?
    ) -> Task<Result<DirectoryEntry?, CallFailure>, Never> {
        if let task = underWay[id] { return task }
        let task = Task { await self.ask(id, correlation) }
        underWay[id] = task
        return task
    }

    private func ask(_ id: UUID, _ correlation: Correlation?) async -> Result<DirectoryEntry?, CallFailure> {
        defer { underWay[id] = nil }
        do throws(CallFailure) {
            let entry = try await read(id, correlation)
            memory[id] = Memory(entry: entry, readAt: clock.uptime())
            failure = nil
            return .success(entry)
        } catch {
            // One structure that cannot be read says nothing of the others.
            if case .malformed = error {} else { failure = (clock.uptime(), error) }
            logger.warning("the directory does not tell", metadata: ["reason": "\(error)"])
            return .failure(error)
        }
    }

    private func read(_ id: UUID, _ correlation: Correlation?) async throws(CallFailure) -> DirectoryEntry? {
        let answer = try await client.get(
            "/v1/structures/\(id.text)", or: [404, 410], for: correlation, within: Self.deadline, upTo: Self.limit)
        guard answer.status == 200 else { return nil }
        guard let document = try? JSONValue(parsing: answer.body), let entry = DirectoryEntry(document), entry.id == id
        else { throw .malformed("a structure that cannot be read") }
        return entry
    }
}
