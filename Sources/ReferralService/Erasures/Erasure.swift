import Foundation
import Postgres
import Schema

/// A request to forget somebody, with what those who were asked have answered.
struct Erasure: Sendable {
    let id: UUID
    /// The structure that kept the person.
    let structure: UUID
    /// `erasure`, `withdrawal`, `error`, `retention`.
    let cause: String
    /// `person`, `structure`, `charter`.
    let requestedBy: String
    let requestedAt: Date
    var tasks: [Task]

    /// What one recipient is asked.
    struct Task: Sendable {
        let structure: UUID
        /// How it knows the person; nil once it has answered.
        let pseudonym: String?
        let referrals: [UUID]
        let answer: Answer?
        let answeredAt: Date?
    }

    /// What a recipient says it has done with what it was passed.
    enum Answer: Sendable, Equatable {
        case deleted
        /// It must keep it, on this ground, until that day.
        case retained(basis: RetentionBasis, until: CalendarDate)

        var code: String { if case .deleted = self { "deleted" } else { "retained" } }
    }

    init(_ row: Row) throws {
        id = try row["id"]
        structure = try row["structure_id"]
        cause = try row["cause"]
        requestedBy = try row["requested_by"]
        requestedAt = try row["requested_at"]
        tasks = []
    }
}

/// On what ground a structure may keep personal data in spite of a request to forget (GDPR art. 17 §3).
enum RetentionBasis: String, Sendable, CaseIterable, Bindable, Readable {
    case legalObligation = "obligation-legale"
    case publicInterest = "mission-interet-public"
    case archives = "archives"
    case legalClaims = "contentieux"
}

extension Erasure.Task {
    init(_ row: Row) throws {
        structure = try row["structure_id"]
        pseudonym = try row["pseudonym"]
        referrals = try row["referral_ids"]
        answeredAt = try row["answered_at"]
        let until = try row["retained_until", as: String?.self].flatMap { CalendarDate(text: $0) }
        switch (try row["answer", as: String?.self], try row["basis", as: RetentionBasis?.self], until) {
        case ("deleted", _, _): answer = .deleted
        case ("retained", let basis?, let until?): answer = .retained(basis: basis, until: until)
        default: answer = nil
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("structure_id", structure.text)
            json.member("pseudonym", pseudonym)
            json.member("referral_ids", referrals.map(\.text))
            json.member("answer", answer?.code)
            if case .retained(let basis, let until) = answer {
                json.member("basis", basis.rawValue)
                json.member("retained_until", until.text)
            } else {
                json.member("basis") { $0.null() }
                json.member("retained_until") { $0.null() }
            }
            json.member("answered_at", answeredAt.map(RFC3339.format))
        }
    }
}

extension Erasure {
    /// The members that tell its asker what was set in motion.
    func writeAsked(to json: inout JSONWriter) {
        json.member("id", id.text)
        json.member("requested_at", RFC3339.format(requestedAt))
        json.member("asked_structure_ids", tasks.map(\.structure.text))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("structure_id", structure.text)
            json.member("cause", cause)
            json.member("requested_by", requestedBy)
            json.member("requested_at", RFC3339.format(requestedAt))
            json.member("tasks") { json in json.array(of: tasks) { $1.write(to: &$0) } }
        }
    }
}
