import Foundation
import Postgres
import Schema

/// An early leaver's way through a *plateforme de suivi et d'appui aux décrocheurs*, without the person (R7).
struct PSADCaseRecord: Contribution {
    static let kind = "psad-cases"
    static let members: [ContributionMember] = [
        .required("external_id"), .required("platform"), .required("identified_on"), .optional("contacted_on"),
        .optional("received_on"), .optional("solution_on"),
    ]
    static let table = ContributionTable(
        name: "psad_cases", columns: ["platform", "identified_on", "contacted_on", "received_on", "solution_on"])

    let externalID: String
    /// A structure.
    let platform: UUID
    let identifiedOn: CalendarDate
    let contactedOn: CalendarDate?
    let receivedOn: CalendarDate?
    let solutionOn: CalendarDate?

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let platform = object.required("platform", .string(.uuid))
        let identifiedOn = object.required("identified_on", .past(today))
        contactedOn = object.optional("contacted_on", .past(today))
        receivedOn = object.optional("received_on", .past(today))
        solutionOn = object.optional("solution_on", .past(today))
        object.judgeOrder(
            ("identified_on", identifiedOn), ("contacted_on", contactedOn), ("received_on", receivedOn),
            ("solution_on", solutionOn))
        guard let externalID, let platform, let identifiedOn else { return nil }
        (self.externalID, self.platform, self.identifiedOn) = (externalID, platform, identifiedOn)
    }

    var subject: ContributionSubject { .structure(platform, at: "platform") }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, platform, identifiedOn, contactedOn, receivedOn,
            solutionOn)
    }
}
