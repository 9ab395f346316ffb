import Logging
import Synchronization

/// Tells those who wait at the end of the feed when there is more: one question to the database every 250 ms for all of
/// them, asked only while somebody waits, and at once when this process has committed something.
final class EventWatch: Sendable {
    private struct State {
        /// Grows whenever the head has moved.
        var generation: UInt64 = 0
        var head: EventPosition?
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var isPolling = false
        var isPoked = false
        var nap: Task<Void, Never>?
    }

    private static let pollInterval = Duration.milliseconds(250)
    private let state = Mutex(State())
    private let head: @Sendable () async throws -> EventPosition?
    private let logger: Logger
    /// How many may wait at once: half of the connections that the listener takes.
    private let room: Int

    init(logger: Logger, room: Int = 4096, head: @escaping @Sendable () async throws -> EventPosition?) {
        self.head = head
        self.logger = logger
        self.room = room
    }

    /// Whether one more may wait; others are answered at once.
    var hasRoom: Bool { state.withLock { $0.waiters.count < room } }

    /// To be taken before the read that finds nothing new.
    var generation: UInt64 { state.withLock { $0.generation } }

    /// There may be more: this process has just committed.
    func poke() {
        state.withLock { state in
            guard state.isPolling else { return }
            state.isPoked = true
            state.nap?.cancel()
        }
    }

    /// Returns when the head has moved since `generation`, or the task is cancelled.
    func change(since generation: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, starts) = state.withLock { state -> (Bool, Bool) in
                    guard state.generation == generation, !Task.isCancelled else { return (true, false) }
                    state.waiters[id] = continuation
                    defer { state.isPolling = true }
                    return (false, !state.isPolling)
                }
                if isOver { continuation.resume() }
                if starts { Task { await self.poll() } }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func poll() async {
        while true {
            do {
                note(try await head())
            } catch {
                // Who waits asks for a page at the end, and is told.
                logger.debug("the events’ head is not known", metadata: ["error": "\(error)"])
            }
            let nap = Task { _ = try? await Task.sleep(for: Self.pollInterval) }
            let goesOn = state.withLock { state in
                guard !state.waiters.isEmpty else {
                    state.isPolling = false
                    return false
                }
                if state.isPoked { nap.cancel() }
                state.isPoked = false
                state.nap = nap
                return true
            }
            guard goesOn else { return nap.cancel() }
            await nap.value
        }
    }

    private func note(_ head: EventPosition?) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard head != state.head else { return [] }
            state.head = head
            state.generation += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in woken { continuation.resume() }
    }
}
