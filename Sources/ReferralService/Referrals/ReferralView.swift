import Schema

/// What one party sees of a referral.
struct ReferralView: Sendable {
    let referral: Referral
    let role: ReferralActor
    /// What the caller may do next, in all its parts.
    let commands: [ReferralCommand]
    let outline: DisclosureRepository.Outline
    /// The consent in force; nil: there is none.
    let grant: DisclosureRepository.Grant?
    /// For the recipient: what state, consent and sender together let it see.
    let visible: Set<DataCategory>
    /// The values of what is L1 and above, and visible.
    let disclosures: [DataCategory: Redacted<[UInt8]>]

    /// What the person was offered; the sender's to see.
    var options: [OfferedOption] = []

    /// `closed` is all that a sender learns of a withdrawal; of an appointment nothing but with the purpose `retour`.
    static func shownState(_ state: ReferralState, to roles: Set<ReferralActor>, feedback: Bool = false) -> String {
        if state == .withdrawn { return "closed" }
        let mayKnow = feedback || !roles.isDisjoint(with: [.recipient, .person])
        return state == .scheduled && !mayKnow ? ReferralState.accepted.rawValue : state.rawValue
    }

    /// Of what was theirs from the beginning nothing is kept from the person.
    private var isOwn: Bool { role == .person }

    private var shownState: String {
        Self.shownState(referral.state, to: [role], feedback: grant?.feedback == true)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", referral.id.text)
            json.member("role", role.rawValue)
            json.member("state", isOwn ? referral.state.rawValue : shownState)
            json.member("allowed_commands", commands.map(\.rawValue))
            if role == .recipient {
                writeForRecipient(to: &json)
            } else if isOwn || referral.state != .withdrawn, referral.state != .enteredInError {
                writeForSender(to: &json)
            }
            json.member("links") { json in
                json.object { $0.member("self", isOwn ? "/v1/follow-up" : "/v1/referrals/\(referral.id.text)") }
            }
        }
    }

    private func writeForSender(to json: inout JSONWriter) {
        writeParties(to: &json)
        json.member("person_id", referral.person.text)
        json.member("demand_id", referral.demand.text)
        json.member("consent_id", referral.consent?.text)
        json.member("data_categories", DataCategory.allCases.filter(referral.meant.contains).map(\.rawValue))
        json.member("need", writeNeed)
        json.member("created_at", RFC3339.format(referral.createdAt))
        json.member("parent_id", referral.parent?.text)
        json.member("exceeds_limit_by_choice", referral.exceedsLimitByChoice)
        json.member("options") { json in
            json.array(of: options) { json, option in
                json.object { json in
                    json.member("structure_id", option.structure.text)
                    json.member("reasons", option.reasons)
                    json.member("chosen", option.structure == referral.recipient && referral.state != .draft)
                }
            }
        }
        // How it ended is the person's to tell: with the purpose `retour`, the recipient may.
        let feedback = isOwn || grant?.feedback == true
        json.member("reason_code", feedback ? referral.reason : nil)
        json.member("outcome", feedback ? referral.outcome : nil)
    }

    private func writeForRecipient(to json: inout JSONWriter) {
        writeParties(to: &json)
        json.member("tier", visible.map(\.tier).max()?.code)
        json.member("pseudonym", visible.isEmpty ? nil : referral.pseudonym)
        json.member("need") { json in
            if visible.contains(.need) { writeNeed(to: &json) } else { json.null() }
        }
        json.member("situation") { json in
            guard visible.contains(.situation) else { return json.null() }
            json.object { json in
                json.member("age_band", outline.ageBand)
                json.member("situations", outline.situations)
            }
        }
        for (name, category) in PersonRepository.members + ContentRepository.members + [("summary", .summary)] {
            json.member(name) { json in
                json.optional(visible.contains(category) ? disclosures[category] : nil) { $0.raw($1.revealed) }
            }
        }
        json.member("reason_code", referral.reason)
        json.member("outcome", referral.outcome)
    }

    private func writeParties(to json: inout JSONWriter) {
        json.member("sequence", referral.steps.shown(to: [role]))
        json.member("sender_structure_id", referral.sender.text)
        json.member("recipient_structure_id", referral.recipient.text)
        json.member("submitted_at", referral.submittedAt.map(RFC3339.format))
        json.member("changed_at", RFC3339.format(role == .sender ? referral.senderChangedAt : referral.changedAt))
        json.member("redirect_to", referral.redirect?.text)
        json.member("resume_by", referral.resumeBy?.text)
    }

    private func writeNeed(to json: inout JSONWriter) {
        json.object { json in
            json.member("theme", referral.theme)
            json.member("urgency", referral.urgency)
            json.member("service_kind", referral.serviceKind)
            json.member("service_id", referral.service?.text)
            json.member("cep_level", referral.cepLevel)
            json.member("cep_framework", referral.cepFramework)
        }
    }
}
