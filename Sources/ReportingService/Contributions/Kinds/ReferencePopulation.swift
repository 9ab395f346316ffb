import Postgres
import Schema

/// The inhabitants of one commune in one year, and where it lies: what coverage is measured against (X1).
struct ReferencePopulation: Contribution {
    static let kind = "reference-population"
    static let isRegionsOwn = true
    static let members: [ContributionMember] = [
        .required("external_id"), .required("commune"), .required("year", .integer), .required("population", .integer),
        .required("department"), .required("region"), .required("territories", .list),
        .optional("active_population", .integer), .optional("latitude", .number), .optional("longitude", .number),
    ]
    static let table = ContributionTable(
        name: "reference_populations",
        columns: [
            "commune", "year", "department", "territories", "population", "active_population", "latitude", "longitude",
        ],
        owner: .region,
        uniqueness: ContributionTable.Uniqueness(
            columns: ["commune", "year"], name: "commune", flaw: .populationTaken))

    let externalID: String
    /// INSEE code.
    let commune: String
    let year: Int
    let population: Int
    let department: String
    let region: String
    /// Keys (`kind:code`) of the territories in which it lies, one of each kind at most.
    let territories: [String]
    let activePopulation: Int?
    let latitude: Double?
    let longitude: Double?

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let commune = object.required("commune", .string(.communeCode))
        let year = object.required("year", .year)
        let population = object.required("population", .int(0...100_000_000))
        let department = object.required("department", .string(.placeCode))
        let region = object.required("region", .string(.placeCode))
        let territories = object.required("territories", .set(0...10, of: .string(.territoryKey)))
        activePopulation = object.optional("active_population", .int(0...(population ?? 100_000_000)))
        latitude = object.optional("latitude", .number(-90...90))
        longitude = object.optional("longitude", .number(-180...180))
        if object.holds("latitude") != object.holds("longitude") {
            object.report(.required, at: object.holds("latitude") ? "longitude" : "latitude")
        }
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
        (self.department, self.region, self.territories) = (department, region, territories)
    }

    var subject: ContributionSubject { .region(region) }
    var uniqueKey: String? { "\(commune) \(year)" }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, commune, year, department, territories.sorted(),
            population, activePopulation, latitude, longitude)
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
