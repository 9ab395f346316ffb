import Crypto
import Foundation
import Postgres
import Schema

/// One line of the access journal: who saw, or was refused, what of whom.
struct JournalEntry: Sendable {
    let id: UUID
    let at: Date
    let structure: UUID
    let client: String
    let subject: String
    let requestID: String
    let referral: UUID?
    let person: UUID
    let tier: Int
    let categories: [String]
    let purpose: String
    let consent: UUID?
    let consentVersion: Int?
    /// `disclosed`, `denied`.
    let decision: String
    let epoch: Int
    let xid: Int
    let number: Int
    private let salt: [UInt8]

    /// The columns that make one, of the table `access_journal` or of what is called so.
    static let columns: Query = """
        access_journal.id, at, structure_id, client_id, subject, request_id, referral_id, person_id, tier, categories,
        purpose, consent_id, consent_version, decision, access_journal.epoch, access_journal.xid::text::bigint as xid,
        access_journal.number, salt
        """

    init(_ row: Row) throws {
        id = try row["id"]
        at = try row["at"]
        structure = try row["structure_id"]
        client = try row["client_id"]
        subject = try row["subject"]
        requestID = try row["request_id"]
        referral = try row["referral_id"]
        person = try row["person_id"]
        tier = try row["tier"]
        categories = try row["categories"]
        purpose = try row["purpose"]
        consent = try row["consent_id"]
        consentVersion = try row["consent_version"]
        decision = try row["decision"]
        epoch = try row["epoch"]
        xid = try row["xid"]
        number = try row["number"]
        salt = try row["salt"]
    }

    /// SHA-256 over the salt and everything that the entry says, its place in the order of commits included. It gives
    /// nothing away: whoever would try entries does not know the salt.
    var commitment: [UInt8] {
        var json = JSONWriter()
        json.array { json in
            json.value(id.text)
            json.value(Int((at.timeIntervalSinceReferenceDate * 1_000_000).rounded()))
            json.value(structure.text)
            for text in [client, subject, requestID, referral?.text ?? "", person.text] { json.value(text) }
            json.value(tier)
            json.array(of: categories) { $0.value($1) }
            for text in [purpose, consent?.text ?? "", decision] { json.value(text) }
            for number in [consentVersion ?? 0, epoch, xid, number] { json.value(number) }
        }
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: json.bytes)
        return Array(hash.finalize())
    }
}

/// The head of the chain of commitments.
struct JournalHead: Sendable, Equatable {
    /// Of the last entry under it; 0 before the first.
    private(set) var position: Int
    private(set) var digest: [UInt8]

    /// Before everything.
    static let genesis = JournalHead(position: 0, digest: Array(SHA256.hash(data: Array("spro access journal".utf8))))

    init(position: Int, digest: [UInt8]) {
        self.position = position
        self.digest = digest
    }

    mutating func append(_ commitment: [UInt8]) {
        position += 1
        var hash = SHA256()
        hash.update(data: digest)
        hash.update(data: withUnsafeBytes(of: UInt64(position).bigEndian) { Array($0) })
        hash.update(data: commitment)
        digest = Array(hash.finalize())
    }
}
