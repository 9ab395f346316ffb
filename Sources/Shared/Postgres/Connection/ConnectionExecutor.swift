internal import Foundation

/// A serial executor on a thread of its own, so that waiting for the server never takes a thread of the cooperative
/// pool. (`DispatchSerialQueue` as an executor does not exist on Linux.)
final class ConnectionExecutor: SerialExecutor {
    private let queue = JobQueue()

    init(name: String) {
        let thread = Thread { [queue] in queue.run() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { queue.stop() }

    func enqueue(_ job: consuming ExecutorJob) { queue.append(UnownedJob(job), on: self) }
}

/// What the executor and its thread share. A job holds its executor, so that the executor may go only between jobs.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [(job: UnownedJob, executor: ConnectionExecutor)] = []
    private var stopped = false

    func append(_ job: UnownedJob, on executor: ConnectionExecutor) {
        condition.lock()
        jobs.append((job, executor))
        condition.signal()
        condition.unlock()
    }

    func stop() {
        condition.lock()
        stopped = true
        condition.signal()
        condition.unlock()
    }

    func run() {
        while true {
            let batch = next()
            guard !batch.isEmpty else { return }
            for (job, executor) in batch { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
        }
    }

    /// Waits for jobs; empty once stopped.
    private func next() -> [(job: UnownedJob, executor: ConnectionExecutor)] {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty, !stopped { condition.wait() }
        defer { jobs = [] }
        return jobs
    }
}
