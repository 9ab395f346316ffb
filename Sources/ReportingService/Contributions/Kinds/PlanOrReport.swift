import Charters
import Foundation
import Postgres
import Schema

/// A plan, an annual report or a portrait of a structure, a territory, a network or the region (G2).
struct PlanOrReport: Contribution {
    static let kind = "plans-and-reports"
    static let members: [ContributionMember] = [
        .required("external_id"), .required("kind"), .required("scope"), .required("subject"),
        .required("year", .integer), .optional("due_on"), .optional("filed_on"), .required("state"),
        .optional("actions_planned", .integer),
    ]
    static let table = ContributionTable(
        name: "plans_and_reports",
        columns: ["kind", "scope", "subject", "year", "due_on", "filed_on", "state", "actions_planned"])

    let externalID: String
    let reportKind: String
    let scope: String
    let subject: ContributionSubject
    let year: Int
    let dueOn: CalendarDate?
    let filedOn: CalendarDate?
    let state: String
    let actionsPlanned: Int?

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let kind = object.required("kind", .code(Vocabulary.reportKind.codes))
        let scope = object.required("scope", .code(Vocabulary.reportScope.codes))
        let subject = scope.flatMap { Self.subject($0, object) }
        if scope == nil { _ = object.required("subject", .text(1...100)) }
        let year = object.required("year", .year)
        dueOn = object.optional("due_on", .planned)
        filedOn = object.optional("filed_on", .past(today))
        let state = object.required("state", .code(Vocabulary.reportState.codes))
        actionsPlanned = object.optional("actions_planned", .int(0...10_000))
        guard let externalID, let kind, let scope, let subject, let year, let state else { return nil }
        (self.externalID, self.reportKind, self.scope) = (externalID, kind, scope)
        (self.subject, self.year, self.state) = (subject, year, state)
    }

    private static func subject(_ scope: String, _ object: ObjectReader) -> ContributionSubject? {
        switch scope {
        case "structure": object.required("subject", .string(.uuid)).map { .structure($0, at: "subject") }
        case "territory": object.required("subject", .string(.territoryKey)).map { .territory($0, at: "subject") }
        case "network": object.required("subject", .string(.slug)).map { .network($0) }
        default: object.required("subject", .string(.placeCode)).map { .region($0) }
        }
    }

    func violations(under charter: Charter?) -> [Violation] {
        guard case .network(let code) = subject else { return [] }
        return charter.violations(ofNetwork: code, at: "subject")
    }

    /// What the region asks for by when, and what it makes of it.
    var regionsWords: [String] {
        (dueOn == nil ? [] : ["due_on"]) + (["accepted", "returned"].contains(state) ? ["state"] : [])
    }

    private var subjectText: String {
        switch subject {
        case .structure(let id, _): id.text
        case .territory(let key, _): key
        case .network(let code): code
        case .region(let code): code ?? ""
        }
    }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, reportKind, scope, subjectText, year, dueOn, filedOn,
            state, actionsPlanned)
    }
}
