import Schema

/// The reference data that structures stand on, immutable; every department is also a territory of its own kind.
struct Geography: Sendable {
    /// Those of today, by code.
    let communes: [String: Commune]
    let territories: [String: Territory]
    /// Codes of the regions that have communes.
    let regions: Set<String>
    /// The smallest rectangle of degrees that holds every centroid; nil where there is none.
    private let extent: (latitudes: ClosedRange<Double>, longitudes: ClosedRange<Double>)?
    /// Today's code of each code that is no longer a commune's.
    private let successors: [String: String]
    let contours: ContourIndex
    /// Communes of which an outline is known.
    private(set) var outlined: Set<String>
    let centroids: [(code: String, point: UnitVector)]
    /// Keys of the territories of each commune, in the order of the kinds' vocabulary.
    private let territoryKeys: [String: [String]]
    /// Changes with every change of the data above but the contours, on which no search depends, and is the same on every
    /// replica that holds the same data.
    let fingerprint: UInt64

    static let empty = Geography(communes: [], territories: [])

    /// - Parameters:
    ///   - listed: communes, among which some may have ended since, as the history tells.
    ///   - contours: by code of a commune of any year.
    init(
        communes listed: [Commune], territories stored: [Territory], history: CommuneHistory = CommuneHistory([]),
        contours: [String: Contour] = [:]
    ) {
        let codes = Set(listed.map(\.code))
        let former = history.formerCodes.map { ($0, history.current($0)) }
        successors = Dictionary(uniqueKeysWithValues: former.map { ($0.0, $0.1) })
        let ended = Set(former.filter { codes.contains($0.1) }.map(\.0))
        let communes = listed.filter { !ended.contains($0.code) }
        let byCode = Dictionary(communes.map { ($0.code, $0) }) { first, _ in first }
        self.communes = byCode
        let declared = TerritorySuccession(stored, successors: successors).territories
        let territories = declared + Self.departments(of: communes)
        self.territories = Dictionary(territories.map { ($0.key, $0) }) { first, _ in first }
        regions = Set(communes.map(\.region))
        extent = Self.extent(of: communes.map(\.centroid))
        centroids = communes.map { (code: $0.code, point: UnitVector($0.centroid)) }
        self.contours = ContourIndex(contours)
        territoryKeys = Self.territoryKeys(territories)
        fingerprint = Self.fingerprint(communes, declared, former)
        outlined = []
        outlined = Set(contours.keys.compactMap { self.commune($0)?.code })
    }

    private static func territoryKeys(_ territories: [Territory]) -> [String: [String]] {
        var keys: [String: [String]] = [:]
        let order = Vocabulary.territoryKind.codes
        let sorted = territories.sorted { left, right in
            (order.firstIndex(of: left.kind) ?? 0, left.code) < (order.firstIndex(of: right.kind) ?? 0, right.code)
        }
        for territory in sorted {
            for commune in territory.communes { keys[commune, default: []].append(territory.key) }
        }
        return keys
    }

    private static func fingerprint(
        _ communes: [Commune], _ territories: [Territory], _ former: [(code: String, successor: String)]
    ) -> UInt64 {
        var fingerprint: UInt64 = 0
        for commune in communes {
            fingerprint ^= StableHash.of(
                """
                \(commune.code)|\(commune.name)|\(commune.department)|\(commune.region)|\(commune.centroid)|\
                \(commune.population)
                """)
        }
        for territory in territories {
            fingerprint ^= StableHash.of(
                "\(territory.key)|\(territory.name)|\(territory.region)|\(territory.communes.sorted())")
        }
        for (code, successor) in former { fingerprint ^= StableHash.of("\(code)|\(successor)") }
        return fingerprint
    }

    /// The code that a code, of a commune of any year or of a municipal arrondissement, has today.
    func currentCode(_ code: String) -> String {
        MunicipalArrondissement.byCode[code]?.commune ?? (communes[code] == nil ? successors[code] : nil) ?? code
    }

    /// The commune of today that a code stands for.
    func commune(_ code: String) -> Commune? { communes[currentCode(code)] }

    /// Every code that a structure may have been written with, of today or of the past.
    var everyCode: Set<String> { Set(communes.keys).union(successors.keys).union(MunicipalArrondissement.byCode.keys) }

    func territories(ofCommune code: String) -> [Territory] {
        (territoryKeys[code] ?? []).compactMap { territories[$0] }
    }

    func territoryKeys(ofCommune code: String) -> [String] { territoryKeys[code] ?? [] }

    /// Codes of each region's departments, in their order.
    var departmentsOfRegions: [String: [String]] {
        Dictionary(grouping: territories.values.filter { $0.kind == "departement" }, by: \.region)
            .mapValues { $0.map(\.code).sorted() }
    }

    /// The keys under which an offer's zone, or a structure's territory, covers this commune.
    func zoneKeys(covering commune: Commune) -> [String] {
        let areas = [
            "commune:\(commune.code)", "departement:\(commune.department)", "region:\(commune.region)", "pays:FR",
        ]
        let territories = territories(ofCommune: commune.code)
        let inhabited = territories.filter { $0.kind == "epci" }.map { "epci:\($0.code)" }
        return areas + inhabited + territories.map { ZoneKey.territory($0.key) }
    }

    /// Whether this is a point near our communes once its latitude and longitude change places, and only then: the
    /// commonest mistake with coordinates, which would otherwise find nobody and not say why.
    func isSwapped(_ point: Coordinate) -> Bool {
        guard let extent else { return false }
        func isNear(_ latitude: Double, _ longitude: Double) -> Bool {
            let margin = 3.0
            return (extent.latitudes.lowerBound - margin...extent.latitudes.upperBound + margin).contains(latitude)
                && (extent.longitudes.lowerBound - margin...extent.longitudes.upperBound + margin).contains(longitude)
        }
        return !isNear(point.latitude, point.longitude) && isNear(point.longitude, point.latitude)
    }

    private static func extent(
        of points: [Coordinate]
    ) -> (latitudes: ClosedRange<Double>, longitudes: ClosedRange<Double>)? {
        let (latitudes, longitudes) = (points.map(\.latitude), points.map(\.longitude))
        guard let south = latitudes.min(), let north = latitudes.max(), let west = longitudes.min(),
            let east = longitudes.max()
        else { return nil }
        return (south...north, west...east)
    }

    private static func departments(of communes: [Commune]) -> [Territory] {
        Dictionary(grouping: communes, by: \.department).map { code, communes in
            Territory(
                kind: "departement", code: code, name: code, region: communes[0].region,
                communes: communes.map(\.code).sorted())
        }
    }
}
