/// A *arrondissement municipal* of Paris, Lyon or Marseille, the three communes that have them (code général des
/// collectivités territoriales, L2511-3), by INSEE's codes.
struct MunicipalArrondissement: Sendable, Equatable {
    let code: String
    let name: String
    /// INSEE code of its commune.
    let commune: String

    static let all: [MunicipalArrondissement] =
        arrondissements(of: "Paris", "75056", first: 75101, count: 20)
        + arrondissements(of: "Lyon", "69123", first: 69381, count: 9)
        + arrondissements(of: "Marseille", "13055", first: 13201, count: 16)

    static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    /// Those of a commune, in their order.
    static let byCommune = Dictionary(grouping: all, by: \.commune)

    private static func arrondissements(
        of name: String, _ commune: String, first: Int, count: Int
    ) -> [MunicipalArrondissement] {
        (1...count).map { number in
            MunicipalArrondissement(
                code: String(first + number - 1), name: "\(name) \(number)\(number == 1 ? "er" : "e") Arrondissement",
                commune: commune)
        }
    }
}
