import Postgres
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Populations")
struct PopulationTests {
    @Test("have names and attributes of their own, and a query that tells all of them")
    func queries() async throws {
        #expect(Set(Populations.all.map { $0.name }).count == Populations.all.count)
        try await withReportingDatabase { database in
            let repository = ObservationRepository(pool: database.pool(for: .runtime), charters: try .shipped)
            for population in Populations.all {
                let names = population.allAttributes.map(\.name)
                #expect(Set(names).count == names.count, "\(population.name)")
                for period in ["2026", "2026-Q1", "2026-02"].compactMap(Period.init(text:)) {
                    let reading = try await repository.read(
                        population, region: "52", in: [period], on: ParisClock.today)
                    let counted = reading.observations.filter { $0.weight != 0 }
                    #expect(counted.isEmpty, "\(population.name)")
                }
            }
        }
    }

    @Test("Rows of one professional's answer are of one person")
    func respondents() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let sample = try #require(ContributionSample.all.first { $0.name == "professional-surveys" })
            let asked = JSONValue.array([ContributionGround.north, ContributionGround.south].map { .string($0.text) })
            for id in ["a", "b"] {
                let members: JSONObject = [
                    "external_id": .string(id), "is_answered": true, "asked_structures": asked,
                    "known_structures": .array([]),
                ]
                let token = try await Reporting.region
                let answer = try await reporting.contribute([sample.record(members)], sample.name, token: token)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let repository = ObservationRepository(
                pool: reporting.database.pool(for: .runtime), charters: try .shipped)
            let year = try #require(Period(text: "2026"))
            let found = try await repository.read(
                KnownStructures.self, region: "52", in: [year], on: ParisClock.today
            ).observations
            let persons = Dictionary(grouping: found, by: \.person).mapValues(\.count)
            #expect(persons == [.linked(0): 2, .linked(1): 2])
        }
    }

    @Test("Every attribute that is broken down by is in the vocabulary of the dimensions")
    func dimensions() {
        for population in Populations.all {
            for attribute in population.allAttributes {
                guard let dimension = attribute.dimension else { continue }
                #expect(attribute.name == dimension.rawValue)
                #expect(attribute.form == (dimension.isManifold ? .codes : .code))
            }
        }
    }
}
