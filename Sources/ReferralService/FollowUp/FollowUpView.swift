import Foundation
import Schema

/// Everything about a person, as they read it.
struct FollowUpView: Sendable {
    let person: PersonExportRepository.Person
    let disclosures: [DataCategory: Redacted<[UInt8]>]
    let demands: [FollowUpRepository.Demand]
    let receptions: [UUID: [FollowUpRepository.Reception]]
    let referrals: [Referral]
    /// By referral.
    let contents: [UUID: [DataCategory: Redacted<[UInt8]>]]
    let consents: [Consent]
    let summaries: [Summary]

    func write(to json: inout JSONWriter, in language: Language) {
        json.object { json in
            json.member("person") { person.write(with: disclosures, to: &$0) }
            json.member("demands") { json in json.array(of: demands, write) }
            json.member("referrals") { json in
                json.array(of: referrals) { json, referral in write(referral, to: &json, in: language) }
            }
            json.member("consents") { json in
                json.array(of: consents) { $1.write(to: &$0, at: "/v1/follow-up/consents") }
            }
            json.member("summaries") { json in
                json.array(of: summaries) { $1.write(to: &$0, at: "/v1/follow-up/summaries") }
            }
            json.member("links") { json in
                json.object { json in
                    json.member("self", "/v1/follow-up")
                    json.member("accesses", "/v1/follow-up/accesses")
                }
            }
        }
    }

    private func write(_ json: inout JSONWriter, _ demand: FollowUpRepository.Demand) {
        json.object { json in
            json.member("id", demand.id.text)
            json.member("theme", demand.theme)
            json.member("state", demand.state)
            json.member("outcome", demand.outcome)
            json.member("opened_at", RFC3339.format(demand.openedAt))
            json.member("closed_at", demand.closedAt.map(RFC3339.format))
            json.member("receptions") { json in
                json.array(of: receptions[demand.id] ?? []) { json, reception in
                    json.object { json in
                        json.member("structure_id", reception.structure.text)
                        json.member("channel", reception.channel)
                        json.member("received_at", RFC3339.format(reception.receivedAt))
                    }
                }
            }
        }
    }

    private func write(_ referral: Referral, to json: inout JSONWriter, in language: Language) {
        let commands = StateTable.commands(in: referral.state, for: [.person])
        json.object { json in
            json.member("id", referral.id.text)
            json.member("demand_id", referral.demand.text)
            json.member("consent_id", referral.consent?.text)
            json.member("sender_structure_id", referral.sender.text)
            json.member("recipient_structure_id", referral.recipient.text)
            json.member("service_kind", referral.serviceKind)
            json.member("theme", referral.theme)
            json.member("urgency", referral.urgency)
            json.member("data_categories", DataCategory.allCases.filter(referral.meant.contains).map(\.rawValue))
            json.member("state", referral.state.rawValue)
            json.member("state_text", referral.state.plainText[language])
            json.member("reason_code", referral.reason)
            json.member("outcome", referral.outcome)
            json.member("allowed_commands", commands.map(\.rawValue))
            json.member("submitted_at", referral.submittedAt.map(RFC3339.format))
            json.member("changed_at", RFC3339.format(referral.changedAt))
            for (name, category) in ContentRepository.members {
                json.member(name) { json in
                    json.optional(contents[referral.id]?[category]) { $0.raw($1.revealed) }
                }
            }
        }
    }
}
