import Foundation
import Schema

/// Everything that is kept about a person, opened, in the words of the API.
struct PersonRecord: Sendable {
    let exportedAt: Date
    let person: PersonExportRepository.Person
    let disclosures: [DataCategory: Redacted<[UInt8]>]
    let demands: [PersonExportRepository.Demand]
    let consents: [Consent]
    let referrals: [ReferralView]
    /// By referral, as are appointments and messages.
    let contents: [UUID: [DataCategory: Redacted<[UInt8]>]]
    let appointments: [UUID: [Appointment]]
    let messages: [UUID: [Messaging.Message]]
    let summaries: [Summary]
    let links: [FollowUpLink]
    /// None where a structure asks: they are the person's to see.
    let sessions: [FollowUpSession]

    /// Of what is sealed, what stands in it deciphered.
    var opened: Set<DataCategory> {
        var opened = Set(disclosures.keys)
        for referral in referrals.map(\.referral.id) { opened.formUnion(contents[referral, default: [:]].keys) }
        if !summaries.isEmpty { opened.insert(.summary) }
        return opened
    }

    var hasMessages: Bool { messages.values.contains { !$0.isEmpty } }

    /// - Parameter path: where the reader reads single consents and summaries, without their names.
    func write(to json: inout JSONWriter, at path: String) {
        json.object { json in
            json.member("exported_at", RFC3339.format(exportedAt))
            json.member("person") { person.write(with: disclosures, to: &$0) }
            json.member("demands") { json in json.array(of: demands) { $1.write(to: &$0) } }
            json.member("consents") { json in json.array(of: consents) { $1.write(to: &$0, at: path + "/consents") } }
            json.member("referrals") { json in json.array(of: referrals) { $1.write(to: &$0) } }
            json.member("records") { json in
                json.array(of: referrals.map(\.referral.id)) { json, referral in writeRecord(of: referral, to: &json) }
            }
            json.member("summaries") { json in json.array(of: summaries) { $1.write(to: &$0, at: path + "/summaries") }
            }
            json.member("follow_up_links") { json in json.array(of: links) { $1.write(to: &$0) } }
            json.member("follow_up_sessions") { json in json.array(of: sessions) { $1.write(to: &$0) } }
        }
    }

    private func writeRecord(of referral: UUID, to json: inout JSONWriter) {
        json.object { json in
            json.member("referral_id", referral.text)
            for (name, category) in ContentRepository.members {
                json.member(name) { json in json.optional(contents[referral]?[category]) { $0.raw($1.revealed) } }
            }
            json.member("appointments") { json in
                json.array(of: appointments[referral] ?? []) { $1.write(to: &$0) }
            }
            json.member("messages") { json in json.array(of: messages[referral] ?? []) { $1.write(to: &$0) } }
        }
    }
}
