import Schema

/// What can be asked of a structure itself.
enum Trait: Int, Sendable, CaseIterable {
    case network, status, territory, region, department, language, accessibility, label

    /// The name of the parameter.
    var name: String { Self.names[rawValue] }

    init?(name: String) {
        guard let place = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: place)
    }

    private static let names = allCases.map { "\($0)" }

    /// The structure's values, each once.
    func values(of structure: Structure, in geography: Geography) -> [String] {
        let draft = structure.draft
        switch self {
        case .network: return draft.networks
        case .status: return [draft.status]
        case .territory:
            let located = draft.address.map { geography.territoryKeys(ofCommune: $0.commune) } ?? []
            if draft.participatesIn.isEmpty { return located }
            return located + draft.participatesIn.filter { !located.contains($0) }
        case .region: return structure.region(in: geography).map { [$0] } ?? []
        case .department: return draft.address.flatMap { geography.communes[$0.commune] }.map { [$0.department] } ?? []
        case .language: return draft.languages
        case .accessibility: return draft.accessibility
        // Whoever no procedure has looked at has no label.
        case .label: return [draft.label?.state ?? "aucun"]
        }
    }
}

/// The values of one trait: who has each, and which each has.
struct TraitColumn: Sendable {
    let codes: [String]
    private let places: [String: Int]
    private let members: [Members]
    private let starts: [UInt32]
    private let values: [UInt16]

    func members(of code: String) -> Members { places[code].map { members[$0] } ?? .none }

    /// Places in ``codes`` of the structure's values.
    func values(at ordinal: Int) -> ArraySlice<UInt16> { values[Int(starts[ordinal])..<Int(starts[ordinal + 1])] }

    /// Of structures in any order, which are put into theirs at the end.
    struct Builder {
        private var codes: [String] = []
        private var places: [String: Int] = [:]
        private var starts: [UInt32] = [0]
        private var values: [UInt16] = []

        /// The values of the next structure, each once.
        mutating func append(_ texts: [String]) {
            for text in texts { values.append(UInt16(places[text] ?? add(text))) }
            starts.append(UInt32(values.count))
        }

        private mutating func add(_ text: String) -> Int {
            codes.append(text)
            places[text] = codes.count - 1
            return codes.count - 1
        }

        /// - Parameter order: of each ordinal, when its structure was appended.
        func column(in order: [Int]) -> TraitColumn {
            var members: [[UInt32]] = Array(repeating: [], count: codes.count)
            var (arranged, ends): ([UInt16], [UInt32]) = ([], [0])
            arranged.reserveCapacity(values.count)
            ends.reserveCapacity(order.count + 1)
            for (ordinal, place) in order.enumerated() {
                for value in values[Int(starts[place])..<Int(starts[place + 1])] {
                    members[Int(value)].append(UInt32(ordinal))
                    arranged.append(value)
                }
                ends.append(UInt32(arranged.count))
            }
            return TraitColumn(
                codes: codes, places: places, members: members.map { Members($0, of: order.count) }, starts: ends,
                values: arranged)
        }
    }
}
