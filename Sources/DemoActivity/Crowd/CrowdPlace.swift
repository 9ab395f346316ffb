import Schema

/// A commune in which fictional structures are set up.
struct CrowdPlace: Sendable {
    let code: String
    let name: String
    let department: String
    let region: String
    let centroid: Coordinate
    /// Larger communes get more structures, though fewer for each inhabitant.
    let weight: Int
    /// Codes of the communes around it in its department, itself first, then the nearest.
    private(set) var surroundings: [String] = []

    struct Unreadable: Error, CustomStringConvertible {
        let line: Int
        var description: String {
            "line \(line) is not insee_code,name,department,region,latitude,longitude,population"
        }
    }

    /// - Parameter bytes: CSV `insee_code,name,department,region,latitude,longitude,population`, with that header.
    static func read(_ bytes: [UInt8]) throws -> [CrowdPlace] {
        var reader = CSVReader(bytes)
        var places: [CrowdPlace] = []
        _ = try reader.next()
        while let record = try reader.next() {
            guard let place = CrowdPlace(record.fields) else { throw Unreadable(line: record.line) }
            places.append(place)
        }
        guard !places.isEmpty else { throw Unreadable(line: 2) }
        for index in places.indices { places[index].surroundings = surroundings(of: places[index], in: places) }
        return places
    }

    private init?(_ fields: [String]) {
        guard fields.count == 7, let latitude = Double(fields[4]), let longitude = Double(fields[5]),
            let centroid = Coordinate(latitude: latitude, longitude: longitude), let population = Int(fields[6])
        else { return nil }
        (code, name, department, region) = (fields[0], fields[1], fields[2], fields[3])
        self.centroid = centroid
        weight = max(1, Int(Double(population).squareRoot()))
    }

    private static func surroundings(of place: CrowdPlace, in places: [CrowdPlace]) -> [String] {
        places.filter { $0.department == place.department }
            .map { (distance: $0.centroid.squaredChord(to: place.centroid), code: $0.code) }
            .sorted { ($0.distance, $0.code) < ($1.distance, $1.code) }
            .prefix(20).map(\.code)
    }
}
