import Postgres
import Schema

/// How many inhabitants of the region are of one group in a year: what equal access is measured against (X1).
struct ReferenceGroup: Contribution {
    static let kind = "reference-groups"
    static let isRegionsOwn = true
    static let members: [ContributionMember] = [
        .required("external_id"), .required("year", .integer), .required("dimension"), .required("code"),
        .required("population", .integer),
    ]
    static let table = ContributionTable(
        name: "reference_groups", columns: ["year", "dimension", "code", "population"],
        uniqueness: ContributionTable.Uniqueness(
            columns: ["region", "year", "dimension", "code"], name: "code", flaw: .groupTaken))

    /// Whose codes are those of the group.
    private static let vocabularies: [Vocabulary] = [.audience, .sex, .ageBand, .education, .situation]

    let externalID: String
    let year: Int
    /// The name of a vocabulary.
    let dimension: String
    let code: String
    let population: Int

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let year = object.required("year", .year)
        let dimension = object.required("dimension", .code(Self.vocabularies.map(\.name)))
        let vocabulary = Self.vocabularies.first { $0.name == dimension }
        let code = object.required("code", vocabulary.map { .code($0.codes) } ?? .string(.slug))
        let population = object.required("population", .int(0...100_000_000))
        guard let externalID, let year, let dimension, let code, let population else { return nil }
        (self.externalID, self.year, self.dimension) = (externalID, year, dimension)
        (self.code, self.population) = (code, population)
    }

    var subject: ContributionSubject { .region(nil) }
    var uniqueKey: String? { "\(year) \(dimension) \(code)" }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, year, dimension, code, population)
    }
}

extension Flaw {
    fileprivate static let groupTaken = Flaw(
        "group-taken", fr: "Ce groupe a déjà, sous un autre external_id, une population pour cette année.",
        en: "This group already has a population for this year, under another external_id.")
}
