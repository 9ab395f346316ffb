/// A territory: its communes lie in no other territory of its kind.
struct Territory: Sendable, Equatable {
    let kind: String
    let code: String
    let name: String
    let region: String
    let communes: [String]

    /// `kind:code`.
    var key: String { "\(kind):\(code)" }

    /// Whether nothing differs but the order of the communes.
    func isSame(as other: Territory) -> Bool {
        key == other.key && name == other.name && region == other.region && Set(communes) == Set(other.communes)
    }
}

/// How serving a territory is told from a zone of the same spelling.
enum ZoneKey {
    static func territory(_ territoryKey: String) -> String { "in \(territoryKey)" }

    /// The territory's key; nil of a zone.
    static func territory(in key: String) -> String? { key.hasPrefix("in ") ? String(key.dropFirst(3)) : nil }
}
