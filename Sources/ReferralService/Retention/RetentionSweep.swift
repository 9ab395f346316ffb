import Charters
import Foundation
import Logging
import Postgres
import Schema
import ServiceLifecycle

/// Forgets what is past its time, as each region's charter says: contents first, whole persons later. Every replica does;
/// what one has forgotten, another does not find. A few rows in a transaction, so that the feeds never wait for it.
struct RetentionSweep: Service {
    let worker: Pool
    let scopes: [RetentionRepository.Scope]
    let poke: @Sendable () -> Void
    let logger: Logger
    var interval = Duration.seconds(3600)
    var chunk = 200
    private let repository = RetentionRepository()

    init(
        worker: Pool, scopes: [RetentionRepository.Scope], poke: @escaping @Sendable () -> Void, logger: Logger,
        chunk: Int = 200
    ) {
        self.worker = worker
        self.scopes = scopes
        self.poke = poke
        self.logger = logger
        self.chunk = chunk
    }

    func run() async throws { try await Sweeping(every: interval, "past retention", logger).run(sweep) }

    /// - Returns: how many contents and persons were forgotten.
    func sweep() async throws -> Int {
        var total = 0
        for scope in scopes {
            total += try await purge(scope)
            total += try await retire(scope)
        }
        return total
    }

    private func purge(_ scope: RetentionRepository.Scope) async throws -> Int {
        var total = 0
        while true {
            let count = try await worker.withTransaction { transaction in
                try await repository.purgeContents(scope, atMost: chunk, in: transaction)
            }
            total += count
            if count < chunk { return total }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func retire(_ scope: RetentionRepository.Scope) async throws -> Int {
        var total = 0
        while true {
            let past = try await worker.withTransaction { transaction in
                try await repository.personsPast(scope, atMost: chunk, in: transaction)
            }
            var count = 0
            for (person, structure) in past {
                let settings = [(name: "spro.structures", value: structure.text)]
                do {
                    let isForgotten = try await worker.withTransaction(settings: settings) { transaction in
                        try await repository.retire(person, scope, in: transaction)
                    }
                    if isForgotten { count += 1 }
                } catch let error as DatabaseError where error.sqlstate != nil {
                    // The others shall not wait for this one.
                    logger.error("somebody is not forgotten", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
            total += count
            if count > 0 { poke() }
            // None where another replica is ahead of this one, or all that are left came back or did not work out.
            if past.count < chunk || count == 0 { return total }
        }
    }
}
