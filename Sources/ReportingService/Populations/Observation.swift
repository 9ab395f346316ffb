import Schema

/// One thing that figures count: a closed demand, a referral, a structure at the end of a period.
struct Observation: Sendable {
    /// The month in which it happened; of a state, the period at whose end it was read. Nil where that is not known.
    let period: Period?
    let person: Person
    /// How much it counts: 1, or the inhabitants of a commune.
    let weight: Int
    /// By ``Attribute/place``.
    let values: [Value]

    enum Value: Sendable, Hashable {
        /// Not known, or it does not apply.
        case none
        case flag(Bool)
        case code(String)
        case codes([String])
        case number(Int)
    }

    /// Whom it is about, for the threshold of confidentiality.
    enum Person: Sendable, Hashable {
        /// A number that means nothing outside one reading.
        case linked(Int)
        /// Nobody can ever link it to another: it counts as one person.
        case unlinkable
        /// Its link was cut by an erasure: all of these together count as one person, whoever they were.
        case erased
        /// It is about no person at all.
        case nobody

        var isLinked: Bool { if case .linked = self { true } else { false } }
    }
}

/// Where an observation counts, in the terms of the breakdowns of one plan.
struct Coordinates: Sendable, Hashable {
    let period: Period?
    /// By ``Dimension/ordinal``: the code, several of them in order with blanks between, or empty.
    private var places: [String]

    init(period: Period? = nil) {
        self.period = period
        places = [String](repeating: "", count: Dimension.allCases.count)
    }

    /// Nil where it is not known, does not apply, or stands for all together.
    subscript(dimension: Dimension) -> String? {
        get { places[dimension.ordinal].isEmpty ? nil : places[dimension.ordinal] }
        set { places[dimension.ordinal] = newValue ?? "" }
    }

    func value(of dimension: Dimension) -> Observation.Value {
        let text = places[dimension.ordinal]
        if text.isEmpty { return .none }
        return dimension.isManifold ? .codes(codes(of: dimension)) : .code(text)
    }

    func codes(of dimension: Dimension) -> [String] {
        places[dimension.ordinal].split(separator: " ").map(String.init)
    }

    var dimensions: Set<Dimension> { Set(Dimension.allCases.filter { self[$0] != nil }) }
}

/// What a figure can be broken down by, beside time.
enum Dimension: String, Sendable, CaseIterable {
    case department
    /// The territory of kind `territoire-spro` in which the structure (for coverage, the commune) lies.
    case territory
    /// Of the structure; of a referral, the sender's.
    case network
    case recipientNetwork = "recipient_network"
    case audience
    case sex
    case ageBand = "age_band"
    case education
    case situation
    case channel
    case serviceKind = "service_kind"
    case cepLevel = "cep_level"
    case cepFramework = "cep_framework"

    /// Whether one observation may count under several of its codes; the total is not their sum.
    var isManifold: Bool { self == .audience || self == .situation }

    var ordinal: Int { Self.ordinals[self] ?? 0 }

    private static let ordinals = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
