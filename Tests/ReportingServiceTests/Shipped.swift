import Charters
import Schema
import Support

@testable import ReportingService

extension Catalogue {
    /// The definitions of this repository.
    static let shipped: Catalogue = {
        do {
            return try Catalogue.load(from: Repository.path("indicators"))
        } catch {
            fatalError("\(error)")
        }
    }()
}

extension CharterSet {
    /// The charters of this repository.
    static var shipped: CharterSet { get throws { try load(from: Repository.path("charters")) } }
}

extension FigureTable {
    /// Of an indicator of one population.
    init(_ definition: IndicatorDefinition, _ observations: [Observation], threshold: Int) {
        self.init(definition.parts[0], plan: definition.plan, observations, threshold: threshold)
    }
}

extension Observation {
    /// Anything at all, in a small country in 2026.
    static func random(
        of population: any Population.Type = Episodes.self, _ random: inout SeededGenerator
    ) -> Observation {
        let territory = Int.random(in: 0..<5, using: &random)
        let month = Period(text: "2026")?.parts(.month).randomElement(using: &random)
        let person: Person =
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .unlinkable
            case 1: .erased
            default: .linked(Int.random(in: 0..<400, using: &random))
            }
        return Observation(
            period: month, person: person, weight: 1,
            values: population.allAttributes.map { attribute in
                if attribute.dimension == .department { return .code("D\(territory / 2)") }
                if random.oneIn(12) { return .none }
                switch (attribute.form, attribute.name) {
                case (_, "territory"): return .code("T\(territory)")
                case (_, "linkable"): return .flag(person != .unlinkable)
                case (_, "outcome"): return .code(random.pick(Vocabulary.outcome.codes))
                case (.flag, _): return .flag(random.oneIn(2))
                case (.code, _), (.key, _): return .code("n\(Int.random(in: 0..<3, using: &random))")
                case (.codes, _): return .codes(random.some(2, of: ["c1", "c2", "c3"]).sorted())
                case (.number(_, let scale), _): return .number(Int.random(in: 0..<20 * scale, using: &random))
                }
            })
    }

    /// A satisfied demand in territory T1 of department 44.
    static func episode(in month: Period, network: String?, _ person: Person) -> Observation {
        Observation(
            period: month, person: person, weight: 1,
            values: Episodes.allAttributes.map { attribute in
                switch attribute.name {
                case "department": .code("44")
                case "territory": .code("T1")
                case "network": network.map(Value.code) ?? .none
                case "linkable": .flag(true)
                case "outcome": .code("satisfaite")
                case "structures": .number(1)
                default: .none
                }
            })
    }

    func codes(of dimension: Dimension, in population: any Population.Type) -> [String] {
        guard let attribute = population.allAttributes.first(where: { $0.dimension == dimension }) else { return [] }
        return switch values[attribute.place] {
        case .code(let code): [code]
        case .codes(let codes): codes
        case .none, .flag, .number: []
        }
    }

    func number(_ attribute: Attribute) -> Int? {
        if case .number(let number) = values[attribute.place] { number } else { nil }
    }
}
