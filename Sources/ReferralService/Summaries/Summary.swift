import Crypto
import Foundation
import Postgres
import Schema

/// One version of a summary. It is final when its author and the person have both approved it, by the same digest.
struct Summary: Sendable {
    let id: UUID
    let referral: UUID
    let person: UUID
    /// The author's structure.
    let structure: UUID
    let version: Int
    let digest: [UInt8]
    let writtenAt: Date
    let authorApprovedAt: Date?
    let personApprovedAt: Date?
    /// `follow-up` or `in-person`.
    let approvalMethod: String?
    let witness: String?
    let agent: String?
    let finalAt: Date?
    let draft: SummaryDraft

    /// - Parameter key: the person's.
    init(_ row: Row, opening key: PersonKey) throws {
        id = try row["id"]
        referral = try row["referral_id"]
        person = try row["person_id"]
        structure = try row["structure_id"]
        version = try row["version"]
        digest = try row["sha256"]
        writtenAt = try row["written_at"]
        authorApprovedAt = try row["author_approved_at"]
        personApprovedAt = try row["person_approved_at"]
        approvalMethod = try row["approval_method"]
        witness = try row["witness"]
        agent = try row["agent"]
        finalAt = try row["final_at"]
        let text = try key.open(try row["sealed", as: [UInt8].self], category: Self.place(id)).revealed
        guard let draft = SummaryDraft(stored: text) else { throw Unreadable() }
        self.draft = draft
    }

    struct Unreadable: Error {}

    /// Of what, which version, and every word of it.
    static func digest(of draft: SummaryDraft, referral: UUID, version: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("referral_id", referral.text)
            json.member("version", version)
            json.member("summary") { draft.write(to: &$0) }
        }
        return Array(SHA256.hash(data: json.bytes))
    }

    /// Where its text is sealed: no other row's opens here.
    static func place(_ id: UUID) -> String { "synthese|\(id.text)" }

    /// - Parameter path: where summaries are read by the caller.
    func write(to json: inout JSONWriter, at path: String) {
        json.object { json in
            json.member("id", id.text)
            json.member("referral_id", referral.text)
            json.member("structure_id", structure.text)
            json.member("version", version)
            json.member("sha256", digest.hexadecimal)
            json.member("text", draft.text)
            json.member("next_steps", draft.nextSteps)
            json.member("written_at", RFC3339.format(writtenAt))
            json.member("author_approved_at", authorApprovedAt.map(RFC3339.format))
            json.member("person_approved_at", personApprovedAt.map(RFC3339.format))
            json.member("approval_method", approvalMethod)
            json.member("witness", witness)
            json.member("agent", agent)
            json.member("final_at", finalAt.map(RFC3339.format))
            json.member("links") { json in json.object { $0.member("self", "\(path)/\(id.text)") } }
        }
    }
}
