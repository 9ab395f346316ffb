import Schema

/// A *arrondissement municipal* of Paris, Lyon or Marseille, the three communes that have them (code général des
/// collectivités territoriales, L2511-3), by INSEE's codes.
struct MunicipalArrondissement: Sendable, Equatable {
    let code: String
    let name: String
    /// INSEE code of its commune.
    let commune: String
    let centroid: Coordinate

    static let all: [MunicipalArrondissement] =
        arrondissements(of: "Paris", "75056", first: 75101, at: paris)
        + arrondissements(of: "Lyon", "69123", first: 69381, at: lyon)
        + arrondissements(of: "Marseille", "13055", first: 13201, at: marseille)

    static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

    /// Those of a commune, in their order.
    static let byCommune = Dictionary(grouping: all, by: \.commune)

    private static func arrondissements(
        of name: String, _ commune: String, first: Int, at centroids: [(Double, Double)]
    ) -> [MunicipalArrondissement] {
        centroids.enumerated().compactMap { index, point in
            Coordinate(latitude: point.0, longitude: point.1).map { centroid in
                MunicipalArrondissement(
                    code: String(first + index), name: "\(name) \(index + 1)\(index == 0 ? "er" : "e") Arrondissement",
                    commune: commune, centroid: centroid)
            }
        }
    }

    // Centroids in the order of the numbers, to the fifth decimal, WGS 84: La Poste, *base officielle des codes postaux*
    // (licence ouverte), which takes them from IGN.
    private static let paris = [
        (48.86263, 2.33629), (48.86790, 2.34411), (48.86305, 2.35936), (48.85423, 2.35736), (48.84451, 2.34986),
        (48.84897, 2.33267), (48.85608, 2.31244), (48.87253, 2.31258), (48.87690, 2.33746), (48.87603, 2.36111),
        (48.85942, 2.37874), (48.83516, 2.41981), (48.82872, 2.36247), (48.82899, 2.32710), (48.84016, 2.29356),
        (48.86040, 2.26210), (48.88734, 2.30749), (48.89274, 2.34871), (48.88687, 2.38469), (48.86319, 2.40082),
    ]
    private static let lyon = [
        (45.76993, 4.82922), (45.74926, 4.82617), (45.75336, 4.86919), (45.77869, 4.82396), (45.75583, 4.80225),
        (45.77285, 4.85208), (45.73341, 4.83758), (45.73420, 4.86936), (45.78178, 4.80818),
    ]
    private static let marseille = [
        (43.29990, 5.38228), (43.31270, 5.36365), (43.31212, 5.38011), (43.30673, 5.40087), (43.29281, 5.39758),
        (43.28710, 5.38105), (43.28252, 5.36323), (43.24173, 5.37464), (43.23408, 5.45250), (43.27552, 5.42681),
        (43.28845, 5.48381), (43.30777, 5.43992), (43.34928, 5.43372), (43.34550, 5.39409), (43.35879, 5.36341),
        (43.36491, 5.31338),
    ]
}
