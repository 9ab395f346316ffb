import Foundation
import Postgres
import Schema

/// Reads everything that is kept about a person, for the person (GDPR art. 15 and 20), at one moment.
///
/// A structure that asks on the person's behalf gets what it may know itself: of how referrals ended only what the person
/// lets it know (purpose `retour`). What it opens is in the journal of accesses, tier by tier; the person's own looking is
/// not.
struct PersonExport: Sendable {
    let persons: PersonRepository
    let reading: ReferralReading
    private let erasures = ErasureRepository()
    private let disclosures = DisclosureRepository()
    private let consents = ConsentRepository()
    private let repository = PersonExportRepository()
    private let contents: ContentRepository
    private let summaries: SummaryRepository
    private let appointments = AppointmentRepository()
    private let messages = MessageRepository()
    private let links = FollowUpLinkRepository()
    private let followUp = FollowUpRepository()

    init(persons: PersonRepository, reading: ReferralReading) {
        self.persons = persons
        self.reading = reading
        contents = ContentRepository(persons: persons)
        summaries = SummaryRepository(persons: persons)
    }

    /// - Throws: ``Refusal`` `not-found` for whom the caller does not keep, as for nobody.
    func find(_ person: UUID, _ acting: Acting, in transaction: Transaction) async throws -> PersonRecord {
        guard let structure = try await erasures.keeper(of: person, for: acting, in: transaction),
            let row = try await repository.person(person, in: transaction)
        else { throw Refusal(.notFound) }
        let sent = try await reading.sent(person, from: structure, acting, in: transaction)
        let ids = sent.map(\.referral.id)
        let (met, written) = try await meetings(ids, of: person, in: transaction)
        let record = PersonRecord(
            exportedAt: Date(), person: row,
            disclosures: try await persons.disclosures(of: person, Set(DataCategory.allCases), in: transaction),
            demands: try await repository.demands(of: person, in: transaction),
            consents: try await consents.list(of: person, in: transaction), referrals: sent,
            contents: try await contents.list(of: person, about: ids, in: transaction),
            appointments: met, messages: written,
            summaries: try await summaries.list(of: person, in: transaction),
            links: try await links.list(of: person, at: [structure], in: transaction),
            sessions: try await followUp.sessions(
                of: person, FollowUpListParameters.Window(before: nil, limit: Int.max), in: transaction))
        if acting.person == nil {
            let access = DisclosureRepository.Access(
                structure: structure, person: person, referral: nil, purpose: "export",
                categories: record.opened, messages: record.hasMessages, grant: nil, decision: .disclosed)
            try await disclosures.record(access, by: acting, in: transaction)
        }
        return record
    }

    private func meetings(
        _ referrals: [UUID], of person: UUID, in transaction: Transaction
    ) async throws -> ([UUID: [Appointment]], [UUID: [Messaging.Message]]) {
        var (met, written): ([UUID: [Appointment]], [UUID: [Messaging.Message]]) = ([:], [:])
        let key = try await persons.key(of: person, in: transaction)
        for referral in referrals {
            met[referral] = try await appointments.list(of: referral, in: transaction)
            guard let key else { continue }
            written[referral] = try await messages.list(of: referral, in: transaction)
                .map { try Messaging.Message($0, opening: key) }
        }
        return (met, written)
    }
}
