import Dispatch

/// Where figures are computed: a thread of its own, one job after the other. A computation over a big region takes
/// seconds of processor time without a pause; on the shared threads it would keep every other request waiting.
final class FigureExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "figures")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
