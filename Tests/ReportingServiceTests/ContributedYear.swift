import Foundation
import Schema
import Support

@testable import ReportingService

/// A year of Pays de la Loire's contributions of every kind, from a seed: every member varied, by the structures and
/// territories that it is given.
struct ContributedYear: Sendable {
    /// A structure of which the directory has told.
    struct Place: Sendable {
        let id: UUID
        let network: String?
        /// A key `territoire-spro:…`.
        let territory: String?
    }

    /// By kind, in the order of their making; external ids are the kind and a number.
    private(set) var records: [String: [JSONObject]] = [:]

    private var random: SeededGenerator
    private let places: [Place]
    private let territories: [String]
    /// First and last of the days on which something happened.
    private let days: ClosedRange<Int>
    private let year: Int

    /// - Parameters:
    ///   - days: none of them is to come.
    ///   - size: how many answers of users there are; of other kinds fewer, by what a region has.
    init(
        seed: UInt64, places: [Place], territories: [String],
        days: ClosedRange<CalendarDate> = CalendarDate(text: "2025-07-01")!...CalendarDate(text: "2026-06-30")!,
        size: Int = 2000
    ) {
        random = SeededGenerator(seed: seed)
        self.places = places
        self.territories = territories
        self.days = days.lowerBound.daysSinceEpoch...days.upperBound.daysSinceEpoch
        year = days.upperBound.year
        make("user-surveys", size) { $0.userSurvey() }
        make("professional-surveys", size / 5) { $0.professionalSurvey() }
        make("actions", size / 5) { $0.action() }
        make("plans-and-reports", size / 5) { $0.report() }
        make("governance-decisions", size / 20) { $0.decision() }
        make("incidents", size / 5) { $0.incident() }
        make("web-statistics", size / 4) { $0.statistic() }
        make("cep-episodes", size) { $0.episode() }
        make("psad-cases", size / 2) { $0.psadCase() }
        makeReferences()
    }

    /// The structures of region 52 as the directory's events tell of them last, those that are gone among them.
    static func places(of history: History) -> [Place] {
        var last: [UUID: StructureChange] = [:]
        for case .structureChanged(let change) in history.directory.map(\.data)
        where change.version >= last[change.id]?.version ?? 0 { last[change.id] = change }
        return last.values.filter { $0.region == "52" }.sorted { $0.id < $1.id }.map { change in
            Place(
                id: change.id, network: change.networks.first,
                territory: change.locatedIn.first { $0.hasPrefix("territoire-spro:") })
        }
    }

    /// Every line of a kind.
    func lines(_ kind: String) -> [String] { (records[kind] ?? []).map(ContributionSample.text) }

    /// Contributes everything as the region: out of order, in several files, some of it twice.
    func contribute(to reporting: Reporting) async throws {
        var random = random
        for kind in records.keys.sorted() {
            let lines = lines(kind).shuffled(using: &random)
            for start in stride(from: 0, to: lines.count, by: 700) {
                let part = lines[start..<min(start + 700, lines.count)]
                for text in [part, part.prefix(70)] {
                    let answer = try await reporting.contribute(text.joined(separator: "\n"), kind: kind)
                    guard answer.status == 200 else { throw Refused(kind: kind, answer: answer.text) }
                }
            }
        }
    }

    struct Refused: Error {
        let kind: String
        let answer: String
    }

    // MARK: What happens

    private mutating func userSurvey() -> [(name: String, value: JSONValue)] {
        let isAnswered = random.chance(60)
        var members = asked(isAnswered)
        members += [
            ("months_after", random.oneIn(3) ? 6 : 0), ("channel", maybe(90) { $0.code(.channel) }),
            ("audiences", audiences()), ("sex", maybe(90) { $0.code(.sex) }),
            ("age_band", maybe(90) { $0.code(.ageBand) }),
        ]
        guard isAnswered else { return members }
        for name in ["satisfaction"] + SurveyScores.names { members.append((name, maybe(85) { $0.score() })) }
        for name in [
            "named_right_structure", "next_step_decided", "was_charged", "situation_better", "was_useful", "had_need",
            "used_service",
        ] { members.append((name, maybe(80) { .bool($0.random.chance(name == "was_charged" ? 3 : 65)) })) }
        return members
    }

    private mutating func professionalSurvey() -> [(name: String, value: JSONValue)] {
        let isAnswered = random.chance(70)
        var members = asked(isAnswered)
        let asked = structures(upTo: 12)
        members.append(("asked_structures", .array(asked)))
        guard isAnswered else { return members }
        members.append(("known_structures", .array(random.some(random.int(0...asked.count), of: asked))))
        for name in SurveyScores.names { members.append((name, maybe(85) { $0.score() })) }
        return members
    }

    private mutating func action() -> [(name: String, value: JSONValue)] {
        let kind = random.pick(Vocabulary.actionKind.codes)
        let invited = structures(upTo: 10)
        return [
            ("kind", .string(kind)), ("territory", maybe(80) { .string($0.random.pick($0.territories)) }),
            ("held_on", day()), ("is_completed", .bool(random.chance(85))),
            (
                "sector",
                kind == "sector" || random.oneIn(8)
                    ? .string(random.pick(["metallurgie", "btp", "sante", "numerique"])) : .null
            ),
            ("has_spro_space", kind == "fair" ? maybe(90) { .bool($0.random.chance(60)) } : .null),
            ("is_supported", kind == "fair" ? maybe(90) { .bool($0.random.chance(60)) } : .null),
            ("invited_structures", .array(invited)),
            ("attending_structures", .array(random.some(random.int(0...invited.count), of: invited))),
            ("attendees", .array(random.some(random.int(0...15), of: (0..<300).map { .string("agent-\($0)") }))),
        ]
    }

    private mutating func report() -> [(name: String, value: JSONValue)] {
        let scope = random.pick(Vocabulary.reportScope.codes + ["territory", "structure"])
        let subject =
            switch scope {
            case "structure": random.pick(places).id.text
            case "territory": random.pick(territories)
            case "network": random.pick(History.networks)
            default: "52"
            }
        return [
            ("kind", code(.reportKind)), ("scope", .string(scope)), ("subject", .string(subject)),
            ("year", .number(JSONNumber(random.int(year - 2...year)))), ("due_on", maybe(80) { $0.day() }),
            ("filed_on", maybe(80) { $0.day() }), ("state", code(.reportState)),
            ("actions_planned", maybe(60) { .number(JSONNumber($0.random.int(0...6))) }),
        ]
    }

    private mutating func decision() -> [(name: String, value: JSONValue)] {
        [
            ("kind", code(.governanceKind)), ("body", .string(random.pick(["crefop", "groupe-technique-regional"]))),
            ("decided_on", day()), ("year", .number(JSONNumber(random.int(year - 1...year)))),
            ("decision", code(.governanceDecision)),
        ]
    }

    private mutating func incident() -> [(name: String, value: JSONValue)] {
        let isOfStructure = random.chance(60)
        let days = ordered(2, reaching: 65)
        return [
            ("structure", isOfStructure ? structure() : .null),
            ("territory", isOfStructure ? .null : .string(random.pick(territories))),
            ("kind", .string(random.pick(["accueil-ferme", "refus", "delai", "facturation"]))), ("opened_on", days[0]),
            ("resolved_on", days[1]),
        ]
    }

    private mutating func statistic() -> [(name: String, value: JSONValue)] {
        let day = random.int(days)
        let place = random.oneIn(2) ? random.pick(places) : nil
        return [
            ("month", .string(String((CalendarDate(daysSinceEpoch: day)?.text ?? "").prefix(7)))),
            ("channel", code(.channel)), ("sessions", .number(JSONNumber(random.int(0...5000)))),
            ("structure", place.map { .string($0.id.text) } ?? .null),
            (
                "network",
                maybe(50) { year in
                    guard let place else { return .string(year.random.pick(History.networks)) }
                    return place.network.map(JSONValue.string) ?? .null
                }
            ),
        ]
    }

    private mutating func episode() -> [(name: String, value: JSONValue)] {
        let isOld = random.oneIn(5)
        let days = ordered(2, reaching: 70)
        return [
            ("structure", structure()), ("level", .number(JSONNumber(random.int(1...(isOld ? 3 : 2))))),
            ("framework", isOld ? "2014" : "2019"), ("opened_on", days[0]), ("closed_on", days[1]),
            ("acts", .number(JSONNumber(random.int(0...9)))),
            ("person", maybe(90) { .string("dossier-\($0.random.int(0...900))") }),
            ("sex", maybe(90) { $0.code(.sex) }), ("age_band", maybe(90) { $0.code(.ageBand) }),
            ("audiences", audiences()),
        ]
    }

    private mutating func psadCase() -> [(name: String, value: JSONValue)] {
        let days = ordered(4, reaching: 75)
        return [("platform", structure())]
            + zip(["identified_on", "contacted_on", "received_on", "solution_on"], days).map { ($0, $1) }
    }

    private mutating func makeReferences() {
        for year in [year - 1, year] {
            for (place, commune) in Inhabitants.communes.enumerated() {
                // Some were merged into others since.
                if year == self.year, place % 12 == 7 { continue }
                let population = (place + 3) * 7 + random.int(0...99)
                let isLocated = random.chance(90)
                append(
                    "reference-population",
                    [
                        ("external_id", .string("\(commune.code)-\(year)")), ("commune", .string(commune.code)),
                        ("year", .number(JSONNumber(year))), ("population", .number(JSONNumber(population))),
                        ("department", .string(commune.department)), ("region", "52"),
                        ("territories", .array(commune.territories.map { .string($0) })),
                        ("active_population", maybe(90) { .number(JSONNumber($0.random.int(0...population))) }),
                        ("latitude", isLocated ? degrees(46, 48) : .null),
                        ("longitude", isLocated ? degrees(-2, 1) : .null),
                    ])
            }
            for vocabulary in [Vocabulary.audience, .sex, .ageBand, .education, .situation] {
                for code in vocabulary.codes where random.chance(90) {
                    append(
                        "reference-groups",
                        [
                            ("external_id", .string("\(vocabulary.name)-\(code)-\(year)")),
                            ("year", .number(JSONNumber(year))), ("dimension", .string(vocabulary.name)),
                            ("code", .string(code)), ("population", .number(JSONNumber(random.int(0...9000)))),
                        ])
                }
            }
        }
    }

    // MARK: How it is told

    private mutating func make(
        _ kind: String, _ count: Int, _ tell: (inout ContributedYear) -> [(name: String, value: JSONValue)]
    ) {
        for number in 0..<count { append(kind, [("external_id", .string("\(kind)-\(number)"))] + tell(&self)) }
    }

    private mutating func append(_ kind: String, _ members: [(name: String, value: JSONValue)]) {
        records[kind, default: []].append(JSONObject(members: members.filter { $0.value != .null }))
    }

    private mutating func asked(_ isAnswered: Bool) -> [(name: String, value: JSONValue)] {
        [("structure", structure()), ("asked_on", day()), ("is_answered", .bool(isAnswered))]
    }

    private mutating func maybe(_ percent: Int, _ tell: (inout ContributedYear) -> JSONValue) -> JSONValue {
        random.chance(percent) ? tell(&self) : .null
    }

    private mutating func code(_ vocabulary: Vocabulary) -> JSONValue { .string(random.pick(vocabulary.codes)) }
    private mutating func score() -> JSONValue { .number(JSONNumber(random.int(1...5))) }
    private mutating func structure() -> JSONValue { .string(random.pick(places).id.text) }

    private mutating func structures(upTo count: Int) -> [JSONValue] {
        random.some(random.int(0...count), of: places).map { .string($0.id.text) }
    }

    private mutating func audiences() -> JSONValue {
        .array(random.some(random.int(0...2), of: Vocabulary.audience.codes).map { .string($0) })
    }

    private mutating func degrees(_ least: Int, _ most: Int) -> JSONValue {
        let thousandths = random.int(least * 1000...most * 1000 - 1)
        let (whole, rest) = (abs(thousandths) / 1000, abs(thousandths) % 1000)
        let text = "\(thousandths < 0 ? "-" : "")\(whole).\(String(repeating: "0", count: 3 - "\(rest)".count))\(rest)"
        return .number(JSONNumber(text: text))
    }

    private mutating func day() -> JSONValue { day(random.int(days)) }

    private func day(_ day: Int) -> JSONValue { .string(CalendarDate(daysSinceEpoch: day)?.text ?? "") }

    /// Days in order, the first always there, each further one so many times in a hundred as long as the one before is.
    private mutating func ordered(_ count: Int, reaching percent: Int) -> [JSONValue] {
        var last: Int? = random.int(days)
        var told = [day(last ?? 0)]
        for _ in 1..<count {
            last = random.chance(percent) ? last.map { min($0 + random.int(0...60), days.upperBound) } : nil
            told.append(last.map { day($0) } ?? .null)
        }
        return told
    }
}
