import Foundation
import Postgres
import Schema

/// Everything that is kept about a person, for the person (GDPR art. 15 and 20): in the words of the API, at one moment.
///
/// A structure that asks on the person's behalf gets what it may know itself: of how referrals ended only what the person
/// lets it know (purpose `retour`).
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

    init(persons: PersonRepository, reading: ReferralReading) {
        self.persons = persons
        self.reading = reading
        contents = ContentRepository(persons: persons)
        summaries = SummaryRepository(persons: persons)
    }

    /// - Throws: ``Refusal`` `not-found` for whom the caller does not keep, as for nobody.
    func write(_ person: UUID, _ acting: Acting, to json: inout JSONWriter, in transaction: Transaction) async throws {
        guard let subject = try await erasures.subject(person, for: acting, in: transaction),
            let row = try await repository.person(person, in: transaction)
        else { throw Refusal(.notFound) }
        let opened = try await persons.disclosures(of: person, Set(DataCategory.allCases), in: transaction)
        let access = DisclosureRepository.Access(
            structure: subject.structure, person: person, referral: nil, purpose: "export",
            categories: Set(opened.keys), grant: nil, decision: .disclosed)
        try await disclosures.record(access, by: acting, in: transaction)
        let demands = try await repository.demands(of: person, in: transaction)
        let given = try await consents.list(of: person, in: transaction)
        let sent = try await reading.sent(person, acting, in: transaction)
        let along = try await contents.list(of: person, in: transaction)
        var (met, written): ([UUID: [Appointment]], [UUID: [Messaging.Message]]) = ([:], [:])
        let key = try await persons.key(of: person, in: transaction)
        for referral in sent.map(\.referral.id) {
            met[referral] = try await appointments.list(of: referral, in: transaction)
            guard let key else { continue }
            written[referral] = try await messages.list(of: referral, in: transaction)
                .map { try Messaging.Message($0, opening: key) }
        }
        let approved = try await summaries.list(of: person, in: transaction)
        let keys = try await links.list(of: person, at: [subject.structure], in: transaction)
        json.object { json in
            json.member("exported_at", RFC3339.format(Date()))
            json.member("person") { row.write(with: opened, to: &$0) }
            json.member("demands") { json in json.array(of: demands) { $1.write(to: &$0) } }
            json.member("consents") { json in json.array(of: given) { $1.write(to: &$0, at: "/v1/consents") } }
            json.member("referrals") { json in json.array(of: sent) { $1.write(to: &$0) } }
            json.member("records") { json in
                json.array(of: sent.map(\.referral.id)) { json, referral in
                    json.object { json in
                        json.member("referral_id", referral.text)
                        for (name, category) in ContentRepository.members {
                            json.member(name) { json in
                                json.optional(along[referral]?[category]) { $0.raw($1.revealed) }
                            }
                        }
                        json.member("appointments") { json in
                            json.array(of: met[referral] ?? []) { $1.write(to: &$0) }
                        }
                        json.member("messages") { json in
                            json.array(of: written[referral] ?? []) { $1.write(to: &$0) }
                        }
                    }
                }
            }
            json.member("summaries") { json in json.array(of: approved) { $1.write(to: &$0, at: "/v1/summaries") } }
            json.member("follow_up_links") { json in json.array(of: keys) { $1.write(to: &$0) } }
        }
    }
}
