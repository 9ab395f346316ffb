import Charters
import Postgres
import Schema

/// What the CREFOP or a steering group decided (G3).
struct GovernanceDecision: Contribution {
    static let kind = "governance-decisions"
    static let isRegionsOwn = true
    static let members: [ContributionMember] = [
        .required("external_id"), .required("kind"), .required("body"), .required("decided_on"),
        .required("year", .integer), .required("decision"),
    ]
    static let table = ContributionTable(
        name: "governance_decisions", columns: ["kind", "body", "decided_on", "year", "decision"])

    let externalID: String
    let matter: String
    /// A code of the charter's bodies.
    let body: String
    let decidedOn: CalendarDate
    /// Which the synthesis or the plan is of.
    let year: Int
    let decision: String

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let matter = object.required("kind", .code(Vocabulary.governanceKind.codes))
        let body = object.required("body", .string(.slug))
        let decidedOn = object.required("decided_on", .past(today))
        let year = object.required("year", .year)
        let decision = object.required("decision", .code(Vocabulary.governanceDecision.codes))
        guard let externalID, let matter, let body, let decidedOn, let year, let decision else { return nil }
        (self.externalID, self.matter, self.body) = (externalID, matter, body)
        (self.decidedOn, self.year, self.decision) = (decidedOn, year, decision)
    }

    var subject: ContributionSubject { .region(nil) }

    func violations(under charter: Charter?) -> [Violation] { charter.violations(ofBody: body, at: "body") }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, matter, body, decidedOn, year, decision)
    }
}
