import Foundation
import Logging
import Postgres
import Schema
import ServiceLifecycle
import Synchronization
import Web

/// Tells webhooks what happens, on every replica; what is due to whom is in the database, and nobody takes what another
/// has taken.
final class WebhookTelling: Service {
    private let events: TellingRepository
    private let errands: SendingRepository
    private let sender: WebhookSender
    private let logger: Logger
    private let nap = Mutex<Task<Void, Never>?>(nil)
    private static let interval = Duration.milliseconds(250)
    /// Sent at the same time by one replica, in all and to one webhook.
    private static let most = 32
    private static let mostOfOne = 4

    init(pool: Pool, sender: WebhookSender, logger: Logger) {
        events = TellingRepository(pool: pool)
        errands = SendingRepository(pool: pool)
        self.sender = sender
        self.logger = logger
    }

    /// Something has happened, or is to be told again.
    func poke() { nap.withLock { $0 }?.cancel() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: UUID?.self) { group in
                var underWay: [UUID: Int] = [:]
                var nextSweep = ContinuousClock.now
                group.addTask { await self.rest() }
                // Each time that an errand ends, or that the rest is over, there may be more to do.
                while let ended = await group.next() {
                    if let ended {
                        underWay[ended] = underWay[ended, default: 1] == 1 ? nil : underWay[ended, default: 1] - 1
                    } else if Task.isCancelled {
                        continue
                    } else {
                        group.addTask { await self.rest() }
                    }
                    if Task.isCancelled { continue }
                    if nextSweep < .now {
                        nextSweep = .now + .seconds(3600)
                        await self.forget()
                    }
                    for errand in await self.next(beside: underWay) {
                        underWay[errand.webhook.id, default: 0] += 1
                        group.addTask {
                            await self.run(errand)
                            return errand.webhook.id
                        }
                    }
                }
            }
        }
    }

    private func next(beside underWay: [UUID: Int]) async -> [SendingRepository.Errand] {
        do {
            while let passed = try await events.tellNext(), passed > 0 {}
            let free = Self.most - underWay.values.reduce(0, +)
            guard free > 0 else { return [] }
            // Of one webhook a few at a time, and the next few when these have ended.
            return try await errands.take(free, each: min(Self.mostOfOne, free), except: Array(underWay.keys))
        } catch {
            if !(error is CancellationError) {
                logger.warning("webhooks are not told", metadata: ["error": "\(String(reflecting: error))"])
            }
            return []
        }
    }

    private func run(_ errand: SendingRepository.Errand) async {
        do {
            try await errands.end(errand, await sender.send(errand))
        } catch {
            // It is due again when its time is over.
            logger.warning(
                "the end of a delivery is not noted",
                metadata: ["delivery": "\(errand.delivery.id.text)", "error": "\(String(reflecting: error))"])
        }
    }

    private func forget() async {
        do {
            while try await errands.forget() > 0 {}
        } catch {
            logger.warning("deliveries are not forgotten", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func rest() async -> UUID? {
        let nap = Task { _ = try? await Task.sleep(for: Self.interval) }
        self.nap.withLock { $0 = nap }
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        return nil
    }
}
