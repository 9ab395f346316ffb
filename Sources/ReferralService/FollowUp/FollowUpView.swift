import Foundation
import Schema

/// Everything about a person, as they read it.
struct FollowUpView: Sendable {
    let person: UUID
    let outline: FollowUpRepository.PersonOutline
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
            json.member("person", writePerson)
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

    private func writePerson(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", person.text)
            json.member("structure_id", outline.structure.text)
            json.member("mode", outline.mode)
            json.member("age_band", outline.ageBand)
            json.member("sex", outline.sex)
            json.member("education", outline.education)
            json.member("situations", outline.situations)
            json.member("residence_commune", outline.residenceCommune)
            let own: [(String, DataCategory)] = [
                ("alias", .alias), ("relay_channel", .relayChannel), ("identity", .identity), ("contact", .contact),
            ]
            for (name, category) in own {
                json.member(name) { json in json.optional(disclosures[category]) { $0.raw($1.revealed) } }
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
