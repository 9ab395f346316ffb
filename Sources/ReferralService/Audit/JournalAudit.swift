import Foundation
import Postgres
import Schema

/// Whether the journal is still what was sealed.
///
/// What it cannot know by itself: that the end of the chain is missing together with its entries and segments. A
/// checkpoint that was taken before, and kept elsewhere, tells. Entries that wait for their seal (a second at most, as
/// long as a replica runs and no transaction stays open) are held by nothing yet.
struct JournalAudit: Sendable {
    private let journal = JournalRepository()

    struct Finding: Sendable, Equatable {
        enum Kind: String, Sendable {
            /// The entry does not say what was sealed.
            case changed
            /// The entry is gone.
            case deleted
            /// An entry stands where nothing was sealed.
            case added
            /// The chain itself does not hold.
            case broken
            /// The chain ends before a checkpoint, or does not lead to it.
            case truncated
        }
        let kind: Kind
        /// In the chain; nil where it has none.
        let position: Int?
    }

    struct Report: Sendable {
        var head = JournalHead.genesis
        var segments = 0
        var tail = 0
        var findings: [Finding] = []

        var isSound: Bool { findings.isEmpty }
    }

    func verify(against checkpoint: JournalCheckpoint? = nil, in transaction: Transaction) async throws -> Report {
        var report = Report()
        var isReached = checkpoint.map { $0.head == .genesis } ?? true
        while true {
            let page = try await journal.segments(after: report.segments, limit: 100, in: transaction)
            guard !page.isEmpty else { break }
            for segment in page {
                try await verify(segment, &report, in: transaction)
                if let checkpoint, checkpoint.head == report.head { isReached = true }
            }
        }
        let rest = try await journal.leftovers(in: transaction)
        if rest.seals > 0 { report.findings.append(Finding(kind: .broken, position: report.head.position + 1)) }
        report.findings += Array(repeating: Finding(kind: .added, position: nil), count: rest.added)
        report.tail = rest.tail
        if !isReached { report.findings.append(Finding(kind: .truncated, position: checkpoint?.head.position)) }
        return report
    }

    private func verify(
        _ segment: JournalRepository.Segment, _ report: inout Report, in transaction: Transaction
    ) async throws {
        func broken() { report.findings.append(Finding(kind: .broken, position: segment.first)) }
        if segment.number != report.segments + 1 || segment.first != report.head.position + 1
            || segment.previous != report.head.digest
        {
            broken()
        }
        var head = JournalHead(position: segment.first - 1, digest: segment.previous)
        for seal in try await journal.seals(of: segment, in: transaction) {
            if seal.position != head.position + 1 { broken() }
            head.append(seal.commitment)
            if let entry = seal.entry {
                if entry.commitment != seal.commitment {
                    report.findings.append(Finding(kind: .changed, position: seal.position))
                }
            } else {
                report.findings.append(Finding(kind: .deleted, position: seal.position))
            }
        }
        if head != segment.head { broken() }
        // Goes on as the chain says of itself: what is wrong is told where it is, and not once for all that follows.
        report.head = segment.head
        report.segments = segment.number
    }
}
