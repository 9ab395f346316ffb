import Schema

/// What an observation must be to be counted. What is not known of it fulfils nothing, and so fulfils every `not`.
indirect enum Condition: Sendable, Hashable {
    case always
    case flag(Attribute)
    case known(Attribute)
    /// One of the codes, or one that it has among them.
    case among(Attribute, [String])
    /// Both known, and the same.
    case same(Attribute, Attribute)
    /// In the attribute's own whole numbers.
    case within(Attribute, ClosedRange<Int>)
    case all([Condition])
    case any([Condition])
    case not(Condition)

    func holds(for observation: Observation) -> Bool {
        holds { observation.values[$0.place] } ?? false
    }

    /// Whether nothing can fulfil both, because of a flag that one demands and the other refuses.
    func excludes(_ other: Condition) -> Bool {
        let (own, others) = (flags, other.flags)
        return own.contains { others[$0.key] == !$0.value }
    }

    /// The flags that it demands or refuses.
    private var flags: [Attribute: Bool] {
        switch self {
        case .flag(let attribute): [attribute: true]
        case .not(.flag(let attribute)): [attribute: false]
        case .all(let conditions):
            conditions.reduce(into: [:]) { $0.merge($1.flags) { first, _ in first } }
        default: [:]
        }
    }

    /// Whether it holds for everything that has these coordinates, for nothing, or for one and not for another (nil):
    /// what coordinates decide is known to everyone who knows them.
    ///
    /// - Parameter dimensions: those that the coordinates tell.
    func holds(at coordinates: Coordinates, telling dimensions: Set<Dimension>) -> Bool? {
        holds { attribute in
            guard let dimension = attribute.dimension, dimensions.contains(dimension) else { return nil }
            return coordinates.value(of: dimension)
        }
    }

    /// By Kleene's logic of three values, nil being the undecided.
    private func holds(_ value: (Attribute) -> Observation.Value?) -> Bool? {
        switch self {
        case .always: return true
        case .flag(let attribute): return value(attribute).map { $0 == .flag(true) }
        case .known(let attribute): return value(attribute).map { $0 != .none }
        case .among(let attribute, let codes): return value(attribute).map { $0.has(oneOf: codes) }
        case .same(let one, let other):
            guard let left = value(one), let right = value(other) else { return nil }
            return left != .none && left == right
        case .within(let attribute, let range):
            return value(attribute).map { if case .number(let number) = $0 { range.contains(number) } else { false } }
        case .all(let conditions):
            var isDecided = true
            for condition in conditions {
                guard let holds = condition.holds(value) else {
                    isDecided = false
                    continue
                }
                if !holds { return false }
            }
            return isDecided ? true : nil
        case .any(let conditions): return Condition.all(conditions.map(Condition.not)).holds(value).map { !$0 }
        case .not(let condition): return condition.holds(value).map { !$0 }
        }
    }
}

extension Observation.Value {
    fileprivate func has(oneOf codes: [String]) -> Bool {
        switch self {
        case .code(let code): codes.contains(code)
        case .codes(let own): own.contains(where: codes.contains)
        case .none, .flag, .number: false
        }
    }
}
