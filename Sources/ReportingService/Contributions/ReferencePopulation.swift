import Postgres
import Schema
import Tokens

/// The inhabitants of one commune in one year, and where it lies: what coverage is measured against (X1).
struct ReferencePopulation: Contribution, Equatable {
    static let kind = "reference-population"
    static let columns = [
        ContributionColumn(name: "external_id", form: .text), ContributionColumn(name: "commune", form: .text),
        ContributionColumn(name: "year", form: .integer), ContributionColumn(name: "population", form: .integer),
        ContributionColumn(name: "department", form: .text), ContributionColumn(name: "region", form: .text),
        ContributionColumn(name: "territories", form: .list),
    ]

    /// Under which the region's own system knows the record: sent again, it takes the place of the earlier one.
    let externalID: String
    /// INSEE code.
    let commune: String
    let year: Int
    let population: Int
    let department: String
    let region: String
    /// Keys (`kind:code`) of the territories in which it lies, one of each kind at most.
    let territories: [String]

    init?(_ object: ObjectReader) {
        let externalID = object.required("external_id", .text(1...100))
        let commune = object.required("commune", .string(.communeCode))
        let year = object.required("year", .int(1990...2199))
        let population = object.required("population", .int(0...100_000_000))
        let department = object.required("department", .string(.placeCode))
        let region = object.required("region", .string(.placeCode))
        let territories = object.required("territories", .set(0...10, of: .string(.territoryKey)))
        if let commune, let department, Department.code(ofCommune: commune) != department {
            object.report(.format("le département de la commune", "the commune’s department"), at: "department")
        }
        // A region that gave another's communes would keep it from giving them itself.
        if let department, let region, Department.region(of: department) != region {
            object.report(.format("la région du département", "the department’s region"), at: "region")
        }
        let kinds = (territories ?? []).map { $0.prefix { $0 != ":" } }
        if Set(kinds).count != kinds.count { object.report(.twoOfAKind, at: "territories") }
        guard let externalID, let commune, let year, let population, let department, let region, let territories
        else { return nil }
        (self.externalID, self.commune, self.year, self.population) = (externalID, commune, year, population)
        (self.department, self.region, self.territories) = (department, region, territories.sorted())
    }

    /// The region itself, for its own communes: who acts for structures, networks or territories does not.
    static func authorize(_ records: [ReferencePopulation], from caller: VerifiedToken) throws(Refusal) {
        guard let region = caller.region, caller.structures.isEmpty, caller.networks.isEmpty,
            caller.territories.isEmpty, records.allSatisfy({ $0.region == region })
        else {
            throw Refusal(
                .forbidden, fr: "La population de référence est donnée par la région, pour ses communes.",
                en: "The reference population is given by the region, for its own communes.")
        }
    }

    static func conflicts(among records: [ReferencePopulation]) -> [(place: Int, violation: Violation)] {
        var ids: Set<String> = []
        var communes: Set<String> = []
        return records.enumerated().flatMap { place, record -> [(place: Int, violation: Violation)] in
            var found: [Violation] = []
            if !ids.insert(record.externalID).inserted { found.append(Violation(.duplicateItem, at: "/external_id")) }
            if !communes.insert("\(record.commune) \(record.year)").inserted {
                found.append(Violation(.duplicateItem, at: "/commune"))
            }
            return found.map { (place, $0) }
        }
    }

    static func store(
        _ records: [ReferencePopulation], from caller: VerifiedToken, in transaction: Transaction
    ) async throws -> ContributionOutcome {
        let repository = ReferencePopulationRepository()
        let taken = try await repository.stage(records, in: transaction)
        guard taken.isEmpty else {
            return .refused(taken.map { ($0, Violation(.populationTaken, at: "/commune")) })
        }
        let (created, updated) = try await repository.merge(contributedBy: caller.clientID, in: transaction)
        return .stored(created: created, updated: updated)
    }
}

extension Flaw {
    fileprivate static let twoOfAKind = Flaw(
        "two-of-a-kind", fr: "Une commune n’est que dans un territoire de chaque genre.",
        en: "A commune lies in one territory of each kind only.")
    fileprivate static let populationTaken = Flaw(
        "population-taken", fr: "Cette commune a déjà, sous un autre external_id, une population pour cette année.",
        en: "This commune already has a population for this year, under another external_id.")
}
