import Foundation
import Postgres
import Schema

/// A *situation de dysfonctionnement* of a structure or a territory (GOV9).
struct Incident: Contribution {
    static let kind = "incidents"
    static let members: [ContributionMember] = [
        .required("external_id"), .optional("structure"), .optional("territory"), .required("kind"),
        .required("opened_on"), .optional("resolved_on"),
    ]
    static let table = ContributionTable(
        name: "incidents", columns: ["structure", "territory", "kind", "opened_on", "resolved_on"])

    let externalID: String
    let structure: UUID?
    let territory: String?
    let incidentKind: String
    let openedOn: CalendarDate
    let resolvedOn: CalendarDate?
    let subject: ContributionSubject

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        structure = object.optional("structure", .string(.uuid))
        territory = object.optional("territory", .string(.territoryKey))
        switch (object.holds("structure"), object.holds("territory")) {
        case (true, true): object.report(.structureOrTerritory, at: "territory")
        case (false, false): object.report(.structureOrTerritory, at: "structure")
        default: break
        }
        let kind = object.required("kind", .string(.slug))
        let openedOn = object.required("opened_on", .past(today))
        resolvedOn = object.optional("resolved_on", .past(today))
        object.judgeOrder(("opened_on", openedOn), ("resolved_on", resolvedOn))
        let subject =
            structure.map { ContributionSubject.structure($0, at: "structure") }
            ?? territory.map { .territory($0, at: "territory") }
        guard let externalID, let kind, let openedOn, let subject else { return nil }
        (self.externalID, self.incidentKind, self.openedOn, self.subject) = (externalID, kind, openedOn, subject)
    }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, structure, territory, incidentKind, openedOn,
            resolvedOn)
    }
}

extension Flaw {
    fileprivate static let structureOrTerritory = Flaw(
        "structure-or-territory", fr: "Il faut une structure ou un territoire, et un seul des deux.",
        en: "A structure or a territory is required, and only one of them.")
}
