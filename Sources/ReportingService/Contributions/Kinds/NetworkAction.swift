import Foundation
import Postgres
import Schema

/// What was held together: trainings, meetings, fairs, with who was invited and who came (G1). Of the region where it
/// names no territory.
struct NetworkAction: Contribution {
    static let kind = "actions"
    static let members: [ContributionMember] = [
        .required("external_id"), .required("kind"), .optional("territory"), .required("held_on"),
        .required("is_completed", .flag), .optional("sector"), .optional("has_spro_space", .flag),
        .optional("is_supported", .flag), .optional("invited_structures", .list),
        .optional("attending_structures", .list), .optional("attendees", .list),
    ]
    static let table = ContributionTable(
        name: "actions",
        columns: [
            "kind", "territory", "held_on", "is_completed", "sector", "has_spro_space", "is_supported",
            "invited_structures", "attending_structures", "attendees",
        ])

    private static let bound = 0...2000

    let externalID: String
    let actionKind: String
    /// A key `kind:code`.
    let territory: String?
    let heldOn: CalendarDate
    /// False of one that was begun or announced and did not take place to its end.
    let isCompleted: Bool
    /// With whom an action of the kind `sector` is held.
    let sector: String?
    /// Of a fair: whether it had a space of the SPRO, and whether the region supports it.
    let hasSPROSpace: Bool?
    let isSupported: Bool?
    let invitedStructures: [UUID]
    let attendingStructures: [UUID]
    let attendees: [ContributorReference]

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let kind = object.required("kind", .code(Vocabulary.actionKind.codes))
        territory = object.optional("territory", .string(.territoryKey))
        let heldOn = object.required("held_on", .past(today))
        let isCompleted = object.required("is_completed", .bool)
        sector = object.optional("sector", .string(.slug))
        if kind == "sector", !object.holds("sector") { object.report(.required, at: "sector") }
        hasSPROSpace = object.optional("has_spro_space", .bool)
        isSupported = object.optional("is_supported", .bool)
        for name in ["has_spro_space", "is_supported"] where kind != nil && kind != "fair" && object.holds(name) {
            object.report(.outOfPlace, at: name)
        }
        invitedStructures = object.optional("invited_structures", .set(Self.bound, of: .string(.uuid))) ?? []
        attendingStructures = object.optional("attending_structures", .set(Self.bound, of: .string(.uuid))) ?? []
        let attendees = object.optional("attendees", .set(Self.bound, of: .text(1...100))) ?? []
        self.attendees = attendees.map(ContributorReference.init)
        guard let externalID, let kind, let heldOn, let isCompleted else { return nil }
        (self.externalID, self.actionKind, self.heldOn, self.isCompleted) = (externalID, kind, heldOn, isCompleted)
    }

    var subject: ContributionSubject { territory.map { .territory($0, at: "territory") } ?? .region(nil) }
    var mentions: [ContributionMention] {
        [
            ContributionMention(name: "invited_structures", structures: invitedStructures),
            ContributionMention(name: "attending_structures", structures: attendingStructures),
        ]
    }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, actionKind, territory, heldOn, isCompleted, sector,
            hasSPROSpace, isSupported, invitedStructures.sorted(), attendingStructures.sorted(),
            ContributorReference.digests(attendees, of: stamp.client))
    }
}
