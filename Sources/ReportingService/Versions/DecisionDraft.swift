import Charters
import Schema

/// What the region's body has decided on a proposed version, in a session.
struct DecisionDraft: Sendable {
    let region: String
    /// The code of the charter's validation body.
    let body: String
    let session: CalendarDate
    let isValidation: Bool
    let comment: String?

    /// - Parameter today: a session that has not taken place has decided nothing.
    init?(_ object: ObjectReader, _ charters: CharterSet, today: CalendarDate) {
        let region = object.required("region", .code(charters.charters.keys.sorted()))
        let body = object.required("body", .string(.slug))
        let session = object.required("session_date", .date)
        let decision = object.required("decision", .code(["validated", "refused"]))
        comment = object.optional("comment", .lines(1...2000))
        if let region, let body, body != charters.validationBody(of: region) {
            object.report(.otherBody(charters.validationBody(of: region)), at: "body")
        }
        if let session, session > today { object.report(.yetToCome, at: "session_date") }
        guard let region, let body, let session, let decision else { return nil }
        (self.region, self.body, self.session) = (region, body, session)
        isValidation = decision == "validated"
    }
}

extension CharterSet {
    /// The code of the body that validates a region's indicators; where its charter names none, the committee that the
    /// law gives every region (Code du travail, L. 6123-3).
    func validationBody(of region: String) -> String { charters[region]?.validationBody?.code ?? "crefop" }
}

extension Flaw {
    fileprivate static func otherBody(_ code: String) -> Flaw {
        Flaw(
            "other-body", fr: "Dans cette région, c’est « \(code) » qui valide les indicateurs.",
            en: "In this region it is “\(code)” that validates indicators.")
    }

    fileprivate static let yetToCome = Flaw(
        "yet-to-come", fr: "Cette séance n’a pas encore eu lieu.", en: "This session has not taken place yet.")
}
