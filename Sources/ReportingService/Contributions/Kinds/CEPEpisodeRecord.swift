import Foundation
import Postgres
import Schema

/// A passage through *conseil en évolution professionnelle* (R6).
struct CEPEpisodeRecord: Contribution {
    static let kind = "cep-episodes"
    static let members: [ContributionMember] = [
        .required("external_id"), .required("structure"), .required("level", .integer), .required("framework"),
        .required("opened_on"), .optional("closed_on"), .required("acts", .integer), .optional("person"),
        .optional("sex"), .optional("age_band"), .optional("audiences", .list),
    ]
    static let table = ContributionTable(
        name: "cep_episodes",
        columns: [
            "structure", "level", "framework", "opened_on", "closed_on", "acts", "person", "sex", "age_band",
            "audiences",
        ])

    let externalID: String
    let structure: UUID
    /// The specification of 2019 knows no third.
    let level: Int
    let framework: String
    let openedOn: CalendarDate
    let closedOn: CalendarDate?
    let acts: Int
    /// Nil: this episode is linked to no other.
    let person: ContributorReference?
    let sex: String?
    let ageBand: String?
    let audiences: [String]

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let structure = object.required("structure", .string(.uuid))
        let level = object.required("level", .int(1...3))
        let framework = object.required("framework", .code(Vocabulary.cepFramework.codes))
        if level == 3, let framework, framework != "2014" { object.report(.outOfRange("1", "2"), at: "level") }
        let openedOn = object.required("opened_on", .past(today))
        closedOn = object.optional("closed_on", .past(today))
        object.judgeOrder(("opened_on", openedOn), ("closed_on", closedOn))
        let acts = object.required("acts", .int(0...10_000))
        person = object.optional("person", .text(1...100)).map(ContributorReference.init)
        sex = object.optional("sex", .code(Vocabulary.sex.codes))
        ageBand = object.optional("age_band", .code(Vocabulary.ageBand.codes))
        audiences = object.audiences() ?? []
        guard let externalID, let structure, let level, let framework, let openedOn, let acts else { return nil }
        (self.externalID, self.structure, self.level) = (externalID, structure, level)
        (self.framework, self.openedOn, self.acts) = (framework, openedOn, acts)
    }

    var subject: ContributionSubject { .structure(structure, at: "structure") }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, structure, level, framework, openedOn, closedOn, acts,
            person?.digest(of: stamp.client), sex, ageBand, audiences.sorted())
    }
}
