import NIOCore

/// One timer for deadlines that are moved all the time and seldom reached.
///
/// It is moved only when the new deadline comes before it; otherwise it fires early, and its owner arms it again.
/// So a busy connection schedules a task every few seconds instead of several per request.
final class LazyTimer {
    private let loop: any EventLoop
    private let fire: () -> Void
    private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?
    /// How often a task was scheduled.
    private(set) var moves = 0

    /// - Parameter fire: called on the loop, at or before the deadline.
    init(on loop: any EventLoop, fire: @escaping () -> Void) {
        self.loop = loop
        self.fire = fire
    }

    /// Fires no later than at `deadline`.
    func arm(by deadline: NIODeadline) {
        if let scheduled {
            guard deadline < scheduled.at else { return }
            scheduled.task.cancel()
        }
        moves += 1
        let task = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            scheduled = nil
            fire()
        }
        scheduled = (task, deadline)
    }

    func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
    }
}
