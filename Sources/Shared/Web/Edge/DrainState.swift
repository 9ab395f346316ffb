import Synchronization

/// Whether this process is about to stop. Shared by the edge, which then closes connections after their response,
/// by readiness, and by routes that make a client wait.
package final class DrainState: Sendable {
    private let draining = Atomic<Bool>(false)
    private let waiters = Mutex<(isOpen: Bool, next: UInt64, byID: [UInt64: CheckedContinuation<Void, Never>])>(
        (true, 0, [:]))

    package init() {}

    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Returns when draining begins or the task is cancelled: for long polls, which then answer at once.
    package func begun() async {
        let id = waiters.withLock { waiters in
            waiters.next += 1
            return waiters.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = waiters.withLock { waiters in
                    guard waiters.isOpen, !Task.isCancelled else { return true }
                    waiters.byID[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            waiters.withLock { $0.byID.removeValue(forKey: id) }?.resume()
        }
    }

    package func begin() {
        draining.store(true, ordering: .relaxed)
        let waiting = waiters.withLock { waiters in
            waiters.isOpen = false
            defer { waiters.byID = [:] }
            return waiters.byID.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
