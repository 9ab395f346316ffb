import Crypto
import Foundation
import Schema

/// Plays stories through the broker's API, as the systems of the structures in them would.
struct StoryTeller: Sendable {
    let broker: ServiceCaller
    /// Part of every idempotency key: another edition is played beside the first.
    let edition: String

    func tell(_ story: Story) async throws {
        guard !story.referrals.isEmpty else { return try await tellAlone(story) }
        var known: Known?
        for (turn, referral) in story.referrals.enumerated() {
            known = try await tell(referral, turn, of: known, story)
        }
        if let known { try await close(known.demand, story) }
    }

    /// Whom the first referral has made known to the broker.
    private struct Known {
        let person: String
        let demand: String
    }

    /// One referral by the structure where the person came first, from its creation to its end.
    private func tell(
        _ referral: Story.Referral, _ turn: Int, of known: Known?, _ story: Story
    ) async throws -> Known {
        func step(_ name: String) -> String { key(story, "\(turn)/\(name)") }
        let made = try await broker.post("/v1/referrals", key: step("referral")) { json in
            json.member("sender_structure_id", story.host.text)
            json.member("recipient_structure_id", referral.recipient.text)
            json.member("service_kind", referral.serviceKind)
            json.member("theme", story.theme)
            json.member("urgency", story.reception.urgency)
            json.member("data_categories", story.categories)
            if let known {
                json.member("person_id", known.person)
                json.member("demand_id", known.demand)
            } else {
                json.member("person") { json in json.object { story.writePerson(to: &$0) } }
                json.member("demand") { json in json.object { story.writeDemand(to: &$0) } }
            }
            json.member("consent") { json in json.object { story.writeConsent(to: &$0, for: referral.recipient) } }
        }
        guard let id = made["id"]?.string, let person = made["person_id"]?.string,
            let demand = made["demand_id"]?.string
        else {
            throw ServiceCaller.Failure(description: "a referral without its ids")
        }
        for (command, argument) in referral.ending.commands {
            _ = try await broker.post("/v1/referrals/\(id)/commands/\(command)", key: step(command)) { json in
                if let argument { json.member(argument.name, argument.value) }
            }
            if command == "start", let receivedAt = referral.receivedAt {
                _ = try await broker.post("/v1/referrals/\(id)/receptions", key: step("reception")) { json in
                    json.member("structure_id", referral.recipient.text)
                    story.writeReception(to: &json, at: receivedAt)
                }
            }
        }
        if case .withdrawn = referral.ending, let consent = made["consent_id"]?.string {
            _ = try await broker.post("/v1/consents/\(consent)/withdrawal", key: step("withdrawal")) { _ in }
        }
        return Known(person: person, demand: demand)
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
            json.member("counselling_proposed", !story.referrals.isEmpty)
        }
    }

    private func key(_ story: Story, _ step: String) -> String {
        let digest = SHA256.hash(data: Array("\(edition)/\(story.number)/\(step)".utf8))
        return digest.prefix(16).hexadecimal
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
