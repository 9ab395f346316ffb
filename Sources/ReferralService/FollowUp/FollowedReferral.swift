import Schema

/// A referral as the person reads it, with what goes along at L3.
struct FollowedReferral: Sendable {
    let referral: Referral
    let contents: [DataCategory: Redacted<[UInt8]>]

    func write(to json: inout JSONWriter, in language: Language) {
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
                json.member(name) { json in json.optional(contents[category]) { $0.raw($1.revealed) } }
            }
        }
    }
}
