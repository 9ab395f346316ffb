import Foundation
import Logging
import Postgres
import Schema
import ServiceLifecycle
import Synchronization
import Web

/// Carries out the imports that regions have sent, one at a time on each replica, each on one replica only: what a
/// replica had begun when it fell, another begins again.
final class ImportRunner: Service {
    private let files: StructuresFileRepository
    private let charters: String
    private let publication: ChangePublication
    private let logger: Logger
    private let nap = Mutex<Task<Void, Never>?>(nil)
    private static let interval = Duration.seconds(1)

    init(files: StructuresFileRepository, charters: String, publication: ChangePublication, logger: Logger) {
        self.files = files
        self.charters = charters
        self.publication = publication
        self.logger = logger
    }

    /// There is one to carry out.
    func poke() { nap.withLock { $0 }?.cancel() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for file in try await self.files.due() { await self.attempt(file) }
                } catch {
                    self.logger.warning("imports are not carried out", metadata: ["error": "\(error)"])
                }
                let nap = Task { _ = try? await Task.sleep(for: Self.interval) }
                self.nap.withLock { $0 = nap }
                await withTaskCancellationHandler {
                    await nap.value
                } onCancel: {
                    nap.cancel()
                }
            }
        }
    }

    /// What goes wrong with one region's file is tried again, and keeps no other region's waiting.
    private func attempt(_ file: StructuresFile) async {
        do {
            try await carryOut(file)
        } catch {
            logger.warning(
                "an import is not carried out", metadata: ["import": "\(file.id.text)", "error": "\(error)"])
        }
    }

    private func carryOut(_ file: StructuresFile) async throws {
        let isStored = try await Connection.with(files.pool.configuration) { connection in
            guard try await files.take(file.id, on: connection) else { return false }
            let pieces = Pieces(of: file.id, in: files)
            var importing = Importing(subject: .structures, charters: charters, isDryRun: file.isDryRun)
            importing.format = file.format
            importing.region = file.region
            importing.author = Author(client: file.client, actingFor: "region:\(file.region)")
            importing.announce = { _ in }
            importing.conclude = { report, transaction in
                try await transaction.pipeline(StructuresFileRepository.end(file.id, as: .done, report))
            }
            let report = try await importing.run(.pieces { try await pieces.next() }, on: connection)
            if report.isClean, !file.isDryRun { return true }
            try await files.end(file.id, as: report.isClean ? .done : .refused, report)
            return false
        }
        if isStored { await publication.publish(logger) }
    }

    /// The file's pieces in their order.
    private actor Pieces {
        private let id: UUID
        private let files: StructuresFileRepository
        private var number = 0

        init(of id: UUID, in files: StructuresFileRepository) { (self.id, self.files) = (id, files) }

        func next() async throws -> [UInt8] {
            defer { number += 1 }
            return try await files.piece(number, of: id)
        }
    }
}
