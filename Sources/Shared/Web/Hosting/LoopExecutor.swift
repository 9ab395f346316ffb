import NIOCore

/// Runs the tasks of a connection on the event loop that reads and writes it, so that a short answer changes threads
/// neither on its way in nor out. ``Route/isBrief`` says which answers are that short; the others leave the loop to those
/// who share it (``awayFromLoop(_:)``).
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Runs what may take long where it keeps no connection waiting.
package func awayFromLoop<Value: Sendable>(_ work: () async throws -> Value) async rethrows -> Value {
    try await withTaskExecutorPreference(globalConcurrentExecutor, operation: work)
}
