import Crypto
import Foundation
import Schema

/// Plays stories through the broker's API, as the systems of the structures in them would.
struct StoryTeller: Sendable {
    let broker: ServiceCaller
    /// Part of every idempotency key: another edition is played beside the first.
    let edition: String

    func tell(_ story: Story) async throws {
        guard let referral = story.referral else { return try await tellAlone(story) }
        let made = try await broker.post("/v1/referrals", key: key(story, "referral")) { json in
            json.member("sender_structure_id", story.host.text)
            json.member("recipient_structure_id", referral.recipient.text)
            json.member("service_kind", referral.serviceKind)
            json.member("theme", story.theme)
            json.member("urgency", story.reception.urgency)
            json.member("data_categories", story.categories)
            json.member("person") { json in json.object { story.writePerson(to: &$0) } }
            json.member("demand") { json in json.object { story.writeDemand(to: &$0) } }
            json.member("consent") { json in json.object { story.writeConsent(to: &$0, for: referral.recipient) } }
        }
        guard let id = made["id"]?.string, let demand = made["demand_id"]?.string else {
            throw ServiceCaller.Failure(description: "a referral without its ids")
        }
        for (command, argument) in referral.ending.commands {
            _ = try await broker.post("/v1/referrals/\(id)/commands/\(command)", key: key(story, command)) { json in
                if let argument { json.member(argument.name, argument.value) }
            }
        }
        if case .withdrawn = referral.ending, let consent = made["consent_id"]?.string {
            _ = try await broker.post("/v1/consents/\(consent)/withdrawal", key: key(story, "withdrawal")) { _ in }
        }
        try await close(demand, story)
    }

    private func tellAlone(_ story: Story) async throws {
        let person = try await broker.post("/v1/persons", key: key(story, "person")) { json in
            json.member("structure_id", story.host.text)
            story.writePerson(to: &json)
        }
        let demand = try await broker.post("/v1/demands", key: key(story, "demand")) { json in
            json.member("structure_id", story.host.text)
            json.member("person_id", person["id"]?.string)
            story.writeDemand(to: &json)
        }
        try await close(demand["id"]?.string ?? "", story)
    }

    private func close(_ demand: String, _ story: Story) async throws {
        guard let outcome = story.outcome else { return }
        _ = try await broker.post("/v1/demands/\(demand)/close", key: key(story, "close")) { json in
            json.member("outcome", outcome)
            json.member("summary_given", outcome == "satisfaite")
            json.member("charged", false)
            json.member("counselling_proposed", story.referral != nil)
        }
    }

    private func key(_ story: Story, _ step: String) -> String {
        let digest = SHA256.hash(data: Array("\(edition)/\(story.number)/\(step)".utf8))
        return digest.prefix(16).hexadecimal
    }
}

extension Story {
    /// What the person lets pass on.
    fileprivate var categories: [String] {
        ["besoin", "situation"] + (person.name == nil ? ["alias", "canal-relais"] : ["identite", "contact"])
    }

    fileprivate func writePerson(to json: inout JSONWriter) {
        json.member("mode", person.name == nil ? "anonymous" : "identified")
        json.member("age_band", person.ageBand)
        json.member("sex", person.sex)
        json.member("education", person.education)
        json.member("situations", person.situations)
        if let name = person.name {
            json.member("identity") { json in
                json.object { json in
                    json.member("given_name", name.given)
                    json.member("family_name", name.family)
                }
            }
            json.member("contact") { $0.object { $0.member("email", "personne-\(number)@exemple.example") } }
        } else {
            json.member("alias", "Visiteur \(number)")
            json.member("relay_channel") { json in
                json.object { json in
                    json.member("channel", "courriel")
                    json.member("value", "relais-\(number)@exemple.example")
                }
            }
        }
    }

    fileprivate func writeDemand(to json: inout JSONWriter) {
        json.member("theme", theme)
        json.member("reception") { json in
            json.object { json in
                json.member("channel", reception.channel)
                json.member("access", reception.access)
                json.member("urgency", reception.urgency)
                json.member("audiences", person.audiences)
                json.member("requested_at", reception.requestedAt.map(RFC3339.format))
                json.member("received_at", RFC3339.format(reception.receivedAt))
            }
        }
    }

    fileprivate func writeConsent(to json: inout JSONWriter, for recipient: UUID) {
        let text = "fictional consent \(number)"
        let digest = SHA256.hash(data: Array(text.utf8)).hexadecimal
        json.member("granted_by", "self")
        json.member("agent", "conseiller-\(number % 40)")
        json.member("method", "signed")
        json.member("notice") { json in
            json.object { json in
                json.member("id", "notice-demo-1")
                json.member("sha256", digest)
            }
        }
        json.member("language", "fr")
        json.member("purposes", ["transmission", "rendez-vous", "retour"])
        json.member("recipients", [recipient.text])
        json.member("data_categories", categories)
        // Counted from the reception's day, so that the same story is the same request whenever it is told.
        json.member("valid_until", RFC3339.format(reception.receivedAt.addingTimeInterval(120 * 86_400)))
        json.member("evidence") { $0.object { $0.member("sha256", digest) } }
    }
}

extension Story.Ending {
    /// The commands that lead to it, with what each needs.
    fileprivate var commands: [(String, (name: String, value: String)?)] {
        switch self {
        case .waiting, .withdrawn: []
        case .cancelled: [("cancel", nil)]
        case .declined(let reason): [("start_review", nil), ("decline", ("reason_code", reason))]
        case .accepted: [("start_review", nil), ("accept", nil), ("start", nil)]
        case .completed(let outcome):
            [("start_review", nil), ("accept", nil), ("start", nil), ("complete", ("outcome", outcome))]
        case .unfulfilled(let reason):
            [("start_review", nil), ("accept", nil), ("close_unfulfilled", ("reason_code", reason))]
        }
    }
}
