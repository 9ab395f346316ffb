import Foundation
import Postgres
import Schema

/// What rows hold. One that cannot be read must not keep the others from being found.
struct ReadStructures: Sendable {
    private(set) var structures: [Structure] = []
    private(set) var tombstones: [Tombstone] = []
    private(set) var unreadable: [UnreadableStructure] = []

    init(_ rows: some Sequence<Row>) throws {
        for row in rows {
            if let tombstone = try Tombstone(row) {
                tombstones.append(tombstone)
                continue
            }
            do {
                structures.append(try StructureRepository.structure(row))
            } catch let error as UnreadableStructure {
                unreadable.append(error)
            }
        }
    }
}

/// Reads every structure into a segment: a thousand rows at a time, so that no more than a few thousand are ever held
/// beside it, and on all processors, because the documents of a whole country take seconds to read.
struct StructureReading {
    private(set) var builder: SegmentBuilder
    private(set) var tombstones: [Tombstone] = []
    private(set) var unreadable: [UnreadableStructure] = []

    private struct Part: Sendable {
        let segment: SegmentPart
        let tombstones: [Tombstone]
        let unreadable: [UnreadableStructure]

        init(_ rows: Rows, in geography: Geography) throws {
            let read = try ReadStructures(rows)
            segment = SegmentPart(of: read.structures, in: geography)
            (tombstones, unreadable) = (read.tombstones, read.unreadable)
        }
    }

    init(in geography: Geography) { builder = SegmentBuilder(in: geography) }

    /// - Parameter transaction: one that sees a single moment.
    mutating func run(in transaction: Transaction) async throws {
        let everything = EveryStructureRepository(transaction: transaction)
        try await everything.open()
        let geography = builder.geography
        try await withThrowingTaskGroup(of: Part.self) { group in
            var running = 0
            var rows = try await everything.next()
            while !rows.isEmpty {
                let part = rows
                group.addTask { try Part(part, in: geography) }
                running += 1
                // PostgreSQL writes the next ones while these are read.
                async let following = everything.next()
                if running > Self.processors, let part = try await group.next() {
                    take(part)
                    running -= 1
                }
                rows = try await following
            }
            while let part = try await group.next() { take(part) }
        }
        try await everything.close()
    }

    private mutating func take(_ part: Part) {
        builder.append(part.segment)
        tombstones += part.tombstones
        unreadable += part.unreadable
    }

    private static let processors = ProcessInfo.processInfo.activeProcessorCount
}
