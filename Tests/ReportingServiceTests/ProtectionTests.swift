import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Protection of persons")
struct ProtectionTests {
    private static let year = Period(text: "2026")!

    /// Populations of which nobody is recognised in figures, and why. Of all others, no figure is of few persons.
    private static let aboutNobody: [String: String] = [
        "structures": "organisations; of persons whether there was one at least, never how many",
        "structure-pairs": "organisations; of persons whether one at least was referred, never how many or which way",
        "closures": "days on which organisations are closed",
        "offers": "what organisations offer",
        "contact-points": "places",
        "territories": "what was done in territories: actions, plans, offers",
        "communes": "the inhabitants of communes, as the census publishes them",
        "label-steps": "applications of organisations, and decisions on them",
        "networks": "organisations and their conventions",
        "actions": "events of organisations, by the day",
        "invitations": "organisations that were invited",
        "expected-reports": "documents of organisations",
        "decisions": "decisions of bodies",
        "definitions": "definitions of indicators",
        "incidents": "malfunctions, by their kind and delay; who signalled them or suffered from them is not told",
        "web-statistics": "sessions and calls, which are no persons and are told as sums",
    ]
    /// Populations that are about persons, and what else their rows are about.
    private static let aboutPersons: Set<String> = [
        "receptions", "episodes", "out-of-scope-requests", "referrals", "people-and-inhabitants", "staff",
        "cep-episodes", "cep-take-up", "cep-progress", "user-answers", "user-answers-of-two-years",
        "professional-answers", "known-structures", "psad-cases",
    ]

    @Test("is of every population that is not about organisations alone, and none of these tells a number of persons")
    func populations() {
        for population in Populations.all {
            let isAboutNobody = Self.aboutNobody[population.name] != nil
            #expect(isAboutNobody != Self.aboutPersons.contains(population.name), "\(population.name)")
            #expect(population.isAboutPersons != isAboutNobody, "\(population.name)")
            guard isAboutNobody else { continue }
            let numbers = population.attributes.filter { if case .number = $0.form { true } else { false } }
            // Numbers of things, or of days and kilometres.
            let harmless: Set<String> = [
                "notice", "months_since_verified", "months_since_informed", "actions_completed", "actions_planned",
                "consultations", "portrait_age", "distance", "delay", "networks", "least_half_days", "trainings",
            ]
            #expect(Set(numbers.map(\.name)).subtracting(harmless) == [], "\(population.name)")
        }
        #expect(Populations.all.count == Self.aboutNobody.count + Self.aboutPersons.count)
    }

    @Test("withstands whoever adds and subtracts all that is shown, for every indicator about persons")
    func attack() {
        var random = SeededGenerator(seed: 31)
        var (attacked, total) = (0, Attack.Outcome())
        for definition in Catalogue.shipped.definitions {
            for part in definition.parts where part.population.isAboutPersons {
                let all = (0..<350).map { _ in Observation.plausible(of: part, &random) }
                for length in part.population.isOfMoments
                    ? Set(definition.plan.map(\.length)).map(Optional.some) : [nil]
                {
                    let plan = definition.plan.filter { length == nil || $0.length == length }
                    let table = FigureTable(part, plan: definition.plan, all, each: length, threshold: 11)
                    let outcome = Attack(part, plan, all, threshold: 11).run(on: table, in: Self.year)
                    #expect(outcome.computed.isEmpty, "\(definition.code): \(outcome.computed.prefix(5))")
                    attacked += 1
                    total.shown += outcome.shown
                    total.suppressed += outcome.suppressed
                    total.secrets += outcome.secrets
                }
            }
        }
        #expect(
            attacked > 35 && total.shown > 500 && total.suppressed > 500 && total.secrets > 2000, "\(attacked) \(total)"
        )
    }

    @Test("withstands the same against drafts that ask for sums, means and shares side by side")
    func drafts() throws {
        var random = SeededGenerator(seed: 32)
        let tables = [[], ["department"], ["territory"], ["network"], ["territory", "network"]]
        for (population, measures) in [
            ("cep-episodes", [#""sum": {"of": "acts"}"#]), ("cep-episodes", [#""mean": {"of": "acts"}"#]),
            ("cep-episodes", [#""sum": {"of": "acts"}"#, #""sum": {"of": "acts", "where": "cep_level = 1"}"#]),
            ("receptions", [#""count": {"of": ""}"#, #""count": {"of": "linkable"}"#]),
            (
                "receptions",
                [
                    #""count": {"of": ""}"#, #""count": {"of": "anonymous"}"#,
                    #""count": {"of": "not anonymous and in_scope"}"#,
                ]
            ),
            ("staff", [#""ratio": {"of": "source = professional and qualified", "over": "source = professional"}"#]),
        ] {
            let definition = try Self.definition(population, measures, tables)
            let part = definition.parts[0]
            for count in [60, 250, 700] {
                let all = (0..<count).map { _ in Observation.plausible(of: part, &random) }
                let length: Period.Length? = part.population.isOfMoments ? .year : nil
                let table = FigureTable(part, plan: definition.plan, all, each: length, threshold: 11)
                let outcome = Attack(part, definition.plan, all, threshold: 11).run(on: table, in: Self.year)
                #expect(outcome.computed.isEmpty, "\(population) \(measures): \(outcome.computed.prefix(5))")
                #expect(outcome.secrets > 0)
            }
        }
    }

    @Test("counts the professionals who answered, not the structures that they were asked about")
    func respondents() throws {
        let definition = try #require(Catalogue.shipped.definition("PAR1"))
        let part = definition.parts[0]
        func isShown(_ respondents: Int, _ others: Int) -> Bool {
            let all = (0..<respondents).flatMap { person in
                (0..<others).map {
                    Self.observation(of: part, .linked(person), ["familiar": .flag($0 % 2 == 0)])
                }
            }
            return Self.isShown("known", FigureTable(definition, all, threshold: 11))
        }
        #expect(!isShown(1, 24) && !isShown(10, 24) && isShown(11, 2))
    }

    @Test("counts every professional whom a structure declares, and those who are not qualified")
    func professionals() throws {
        let definition = try #require(Catalogue.shipped.definition("PRO4"))
        func isShown(_ qualified: Int, _ others: Int) -> Bool {
            let all = [(qualified, true), (others, false)].map { count, isQualified in
                Self.observation(
                    of: definition.parts[0], .unlinkable, weight: count,
                    ["source": .code("professional"), "assessed": .flag(true), "qualified": .flag(isQualified)])
            }
            return Self.isShown(
                "qualified", FigureTable(definition.parts[0], plan: definition.plan, all, each: .year, threshold: 11))
        }
        #expect(!isShown(1, 1) && !isShown(40, 1) && !isShown(3, 40) && isShown(40, 11) && isShown(40, 0))
    }

    @Test("counts of persons counted once only those whom it counts, and those of a whole who are in no part of it")
    func distinct() throws {
        let take = try #require(Catalogue.shipped.definition("CEP2"))
        func takeUp(_ linked: Int, _ others: Int) -> Bool {
            func acts(linkable: Bool) -> [String: Observation.Value] {
                ["source": .code("beneficiary"), "linkable": .flag(linkable), "acts": .number(2)]
            }
            let all =
                (0..<linked).map { Self.observation(of: take.parts[0], .linked($0), acts(linkable: true)) }
                + (0..<others).map { _ in
                    Self.observation(of: take.parts[0], .unlinkable, acts(linkable: false))
                }
                + [Self.observation(of: take.parts[0], .nobody, weight: 5000, ["source": .code("active")])]
            return Self.isShown("take_up", FigureTable(take, all, threshold: 11))
        }
        #expect(!takeUp(1, 10) && !takeUp(10, 30) && takeUp(11, 0))
        let progress = try #require(Catalogue.shipped.definition("CON7"))
        /// Everybody has two episodes, of which one at least went no further.
        func progressed(_ some: Int, of everybody: Int) -> Bool {
            let all = (0..<everybody).flatMap { person in
                [person < some ? 30 : nil, nil].map { delay in
                    Self.observation(
                        of: progress.parts[0], .linked(person),
                        [
                            "linkable": .flag(true), "observed": .number(200),
                            "next_delay": delay.map(Observation.Value.number) ?? .none,
                        ])
                }
            }
            return Self.isShown("progressed", FigureTable(progress, all, threshold: 11))
        }
        #expect(progressed(20, of: 20) && progressed(20, of: 31) && !progressed(20, of: 21))
    }

    @Test("shows a quantile only with ten values beyond it, and a score only of three structures, none above all")
    func samples() throws {
        let delays = try #require(Catalogue.shipped.definition("API4"))
        func isOutside(_ count: Int) throws -> Bool {
            let all = (0..<count).map {
                Self.observation(
                    of: delays.parts[0], .linked($0),
                    ["access": .code("rendez-vous"), "wait": .number(($0 + 1) * 86_400)])
            }
            let table = FigureTable(delays, all, threshold: 11)
            let quantile = try #require(
                delays.measures.first { if case .quantile(_, _, 90) = $0.formula { true } else { false } })
            let median = try #require(delays.measures.first { $0.name != quantile.name })
            #expect(Self.isShown(median.name, table))
            return !Self.isShown(quantile.name, table)
        }
        #expect(try isOutside(99) && !isOutside(100))
        let grid = try #require(Catalogue.shipped.definition("QUA3"))
        func isShown(_ answers: [Int]) -> Bool {
            let all = answers.enumerated().flatMap { structure, count in
                (0..<count).map { _ in
                    Self.observation(
                        of: grid.parts[0], .unlinkable,
                        [
                            "structure": .code("s\(structure)"), "months_after": .number(0),
                            "quality_principles": .number(4),
                        ])
                }
            }
            return Self.isShown("principles", FigureTable(grid, all, threshold: 11))
        }
        #expect(isShown([10, 10, 10]) && !isShown([20, 20]) && isShown([85, 10, 5]) && !isShown([86, 9, 5]))
    }

    @Test("shows a rate beside the region's only where the region's is shown")
    func relative() throws {
        let access = try #require(Catalogue.shipped.definition("ACC7"))
        let part = access.parts[0]
        func people(_ count: Int, from first: Int, sex: String) -> [Observation] {
            (first..<first + count).map {
                Self.observation(
                    of: part, .linked($0), ["source": .code("person"), "linkable": .flag(true), "sex": .code(sex)])
            }
        }
        let inhabitants = [("group", "femme"), ("group", "homme"), ("region", nil as String?)].map { source, sex in
            Self.observation(
                of: part, .nobody, weight: 1000,
                ["source": .code(source), "sex": sex.map(Observation.Value.code) ?? .none])
        }
        // The region's comes last here: it goes first.
        let plan = [TableShape(.year, .sex), TableShape(.year)]
        func isShown(men: Int) -> (women: Bool, whole: Bool) {
            let all = people(20, from: 0, sex: "femme") + people(men, from: 20, sex: "homme") + inhabitants
            let table = FigureTable(part, plan: plan, all, threshold: 11)
            let women = table.figures(of: plan[0], in: [Self.year]).contains {
                guard $0.key.place[.sex] == "femme", case .shown = $0.content else { return false }
                return true
            }
            return (women, Self.isShown("access", table))
        }
        let (few, many) = (isShown(men: 3), isShown(men: 30))
        #expect(many.women && many.whole && !few.whole && !few.women)
    }

    @Test("refuses in a definition whatever names one structure, counts its people, or is apart and overlaps")
    func definitions() throws {
        func flaws(_ population: String, _ measures: [String]) -> Set<String> {
            do {
                _ = try Self.definition(population, measures, [[]])
                return []
            } catch let refusal as Refusal {
                return Set(refusal.violations.map(\.code))
            } catch {
                return ["\(error)"]
            }
        }
        let structure = "019b76da-a800-7000-8000-000000000001"
        #expect(flaws("structures", [#""count": {"of": "receptions = 7"}"#]) == ["unknown-word"])
        #expect(flaws("structures", [#""sum": {"of": "receptions"}"#]) == ["unknown-code"])
        for population in ["structures", "receptions", "professional-answers"] {
            #expect(flaws(population, [#""count": {"of": "structure = \#(structure)"}"#]) == ["unknown-word"])
            #expect(flaws(population, [#""count": {"of": "structure in (\#(structure))"}"#]) == ["malformed-condition"])
            #expect(flaws(population, [#""count": {"of": "known structure", "distinct": "structure"}"#]).isEmpty)
        }
        #expect(flaws("referrals", [#""count": {"of": "sender != recipient"}"#]).isEmpty)
        let apart = #""count": {"of": "not linkable"}, "apart": true"#
        #expect(flaws("receptions", [#""count": {"of": "linkable"}"#, apart]).isEmpty)
        #expect(flaws("receptions", [#""count": {"of": "linkable and in_scope"}"#, apart]).isEmpty)
        for overlapping in [
            #""count": {"of": ""}"#, #""count": {"of": "in_scope"}"#, #""count": {"of": "linkable or in_scope"}"#,
        ] {
            #expect(flaws("receptions", [overlapping, apart]) == ["overlapping"], "\(overlapping)")
        }
    }

    /// - Parameter measures: in JSON, without what all measures have.
    private static func definition(
        _ population: String, _ measures: [String], _ tables: [[String]]
    ) throws -> IndicatorDefinition {
        let label = #"{"fr": "x", "en": "y"}"#
        let lines = measures.enumerated().map { #"{"name": "m\#($0)", "label": \#(label), \#($1)}"# }
        let plan = tables.map { #"{"period": "year", "by": \#($0)}"# }
        let text = """
            {"code": "CON1", "version": "9.0.0", "quote": {"region": "52", "text": "x"}, "formula": \(label),
            "population": "\(population)", "measures": [\(lines.joined(separator: ","))],
            "tables": [\(plan.joined(separator: ","))], "events": ["R1"]}
            """
        let document = try JSONValue(parsing: Array(text.utf8))
        return try ObjectReader.read(document) { IndicatorDefinition($0, document: document) }
    }

    private static func observation(
        of part: IndicatorDefinition.Part, _ person: Observation.Person, weight: Int = 1,
        _ values: [String: Observation.Value]
    ) -> Observation {
        Observation(
            period: part.population.isOfMoments ? year : Period(text: "2026-05"), person: person, weight: weight,
            values: part.population.allAttributes.map { values[$0.name] ?? .none })
    }

    /// In the year's table without a breakdown.
    private static func isShown(_ measure: String, _ table: FigureTable) -> Bool {
        table.figures(of: TableShape(.year), in: [year]).contains { figure in
            guard figure.measure.name == measure, case .shown = figure.content else { return false }
            return true
        }
    }
}
