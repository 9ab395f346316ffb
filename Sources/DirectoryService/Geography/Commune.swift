import Schema

/// A commune of INSEE's *code officiel géographique*, with its centroid and municipal population.
struct Commune: Sendable, Equatable {
    let code: String
    let name: String
    let department: String
    let region: String
    let centroid: Coordinate
    let population: Int

    /// Metres from a commune's centroid within which its places lie: Arles, the widest of metropolitan France, reaches
    /// 28 km from its own. Only the last of Hyères's islands lies a kilometre beyond.
    static let reach = 30_000.0
}
