import Web

/// Makes whoever asks at the end of a feed wait for more, without a connection to the database meanwhile.
struct LongPoll: Sendable {
    let watch: EventWatch
    let drain: DrainState

    /// What `read` gives as soon as it holds something; what is empty when the time is over, the service stops, or too
    /// many wait already.
    ///
    /// - Parameter read: called with nil for the first read, which is the caller's own: it finds whatever was there when
    ///   it was asked for; then with the watch's generation, of which one read serves all.
    func first<Page>(
        until end: ContinuousClock.Instant, isEmpty: (Page) -> Bool, _ read: (UInt64?) async throws -> Page
    ) async throws -> Page {
        var generation = watch.generation
        var page = try await read(nil)
        while isEmpty(page), .now < end, !drain.isDraining, !Task.isCancelled, watch.hasRoom {
            await waitForMore(since: generation, until: end)
            generation = watch.generation
            page = try await read(generation)
        }
        return page
    }

    private func waitForMore(since generation: UInt64, until end: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.change(since: generation) }
            group.addTask { await drain.begun() }
            group.addTask { try? await Task.sleep(until: end, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
    }
}
