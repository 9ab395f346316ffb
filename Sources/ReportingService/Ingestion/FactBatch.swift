import Foundation
import Schema

/// What a page of events says that figures need, as rows to be copied.
struct FactBatch {
    private(set) var directory = DirectoryFacts()
    private(set) var referral = ReferralFacts()
    /// When the latest of the events had happened.
    private(set) var through: Date?

    init(_ events: [Event]) throws {
        for event in events { try add(event) }
        through = events.map(\.time).max()
    }

    private mutating func add(_ event: Event) throws {
        switch event.data {
        case .structureChanged(let structure): try directory.add(structure, since: event.time)
        case .structureRemoved(let removal): try directory.addGone(removal.id, removal.version, since: event.time)
        case .structureMerged(let merger): try directory.addGone(merger.id, merger.version, since: event.time)
        case .labelDecided(let decision): try directory.add(decision, by: event.id)
        case .conventionChanged(let convention): try directory.add(convention, since: event.time, by: event.id)
        case .conventionRemoved(let removal):
            try directory.addGone(convention: removal.convention, since: event.time, by: event.id)
        case .territoryChanged(let territory): try directory.add(territory, since: event.time, by: event.id)
        case .receptionOpened(let reception): try referral.add(reception, by: event.id)
        case .demandClosed(let closing): try referral.add(closing, at: event.time, by: event.id)
        case .referralSubmitted(let submission): try referral.add(submission, at: event.time, by: event.id)
        case .referralMoved(let move): try referral.add(move, at: event.time, by: event.id)
        case .appointmentRecorded(let record): try referral.add(record, at: event.time, by: event.id)
        case .erasureRequested(let erasure): referral.erase(erasure.person)
        case .erasureAcknowledged(let answer): referral.erase(answer.person)
        case .cepEpisode, .psadCase, .consentGranted, .consentWithdrawn, .consentExpired:
            // No figure needs them from a feed: the first two are contributions.
            break
        }
    }
}
