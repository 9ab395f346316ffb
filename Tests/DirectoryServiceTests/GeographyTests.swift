import Schema
import Testing

@testable import DirectoryService

@Suite("The geography")
struct GeographyTests {
    private let nantes = Commune(
        code: "44109", name: "Nantes", department: "44", region: "52",
        centroid: Coordinate(latitude: 47.23, longitude: -1.55)!, population: 325_070)
    private let laval = Commune(
        code: "53130", name: "Laval", department: "53", region: "52",
        centroid: Coordinate(latitude: 48.06, longitude: -0.77)!, population: 49_657)
    private let rennes = Commune(
        code: "35238", name: "Rennes", department: "35", region: "53",
        centroid: Coordinate(latitude: 48.11, longitude: -1.68)!, population: 227_830)

    private func territory(_ kind: String, _ code: String, _ communes: [String]) -> Territory {
        Territory(kind: kind, code: code, name: "T \(code)", region: "52", communes: communes)
    }

    @Test("lists a commune's territories in the vocabulary's order, the department last and always")
    func territories() {
        let geography = Geography(
            communes: [nantes, laval, rennes],
            territories: [
                territory("epci", "244400404", ["44109"]), territory("bassin-vie", "v1", ["44109", "53130"]),
                territory("territoire-spro", "52-01", ["44109"]),
            ])
        #expect(
            geography.territories(ofCommune: "44109").map(\.key) == [
                "territoire-spro:52-01", "bassin-vie:v1", "epci:244400404", "departement:44",
            ])
        #expect(geography.territories(ofCommune: "53130").map(\.key) == ["bassin-vie:v1", "departement:53"])
        #expect(geography.territories(ofCommune: "35238").map(\.key) == ["departement:35"])
        #expect(geography.territories(ofCommune: "99999").isEmpty)
        #expect(geography.territories["departement:44"]?.communes == ["44109"])
        #expect(geography.territories["departement:53"]?.region == "52")
    }

    @Test("covers a commune by itself, its EPCI, department, region and country, and by its territories")
    func zoneKeys() {
        let geography = Geography(
            communes: [nantes, laval, rennes],
            territories: [
                territory("epci", "244400404", ["44109"]), territory("territoire-spro", "52-01", ["44109", "53130"]),
            ])
        #expect(
            Set(geography.zoneKeys(covering: nantes)) == [
                "commune:44109", "epci:244400404", "departement:44", "region:52", "pays:FR",
                "in territoire-spro:52-01", "in epci:244400404", "in departement:44",
            ])
        // 53 is Laval's department and Rennes's region: neither stands for the other.
        let (laval, rennes) = (Set(geography.zoneKeys(covering: laval)), Set(geography.zoneKeys(covering: rennes)))
        #expect(laval.contains("departement:53") && !laval.contains("region:53"))
        #expect(rennes.contains("region:53") && !rennes.contains("departement:53"))
    }

    @Test("has a fingerprint that no order changes")
    func order() {
        let territories = [territory("epci", "e", ["44109", "53130"]), territory("bassin-vie", "v", ["35238"])]
        let other = [territory("bassin-vie", "v", ["35238"]), territory("epci", "e", ["53130", "44109"])]
        let one = Geography(communes: [nantes, laval, rennes], territories: territories)
        #expect(one.fingerprint == Geography(communes: [rennes, nantes, laval], territories: other).fingerprint)
        #expect(one.fingerprint != Geography.empty.fingerprint)
    }

    /// An answer shows all of these, so its entity tag depends on all of them.
    @Test("has a fingerprint that any change changes")
    func changes() {
        func fingerprint(
            _ code: String = "44109", _ name: String = "Nantes", _ department: String = "44", _ region: String = "52",
            _ latitude: Double = 47.23, _ population: Int = 325_070
        ) -> UInt64 {
            let commune = Commune(
                code: code, name: name, department: department, region: region,
                centroid: Coordinate(latitude: latitude, longitude: -1.55)!, population: population)
            return Geography(communes: [commune], territories: []).fingerprint
        }
        let communes = [
            fingerprint(), fingerprint("44110"), fingerprint("44109", "Nante"), fingerprint("44109", "Nantes", "49"),
            fingerprint("44109", "Nantes", "44", "53"), fingerprint("44109", "Nantes", "44", "52", 47.24),
            fingerprint("44109", "Nantes", "44", "52", 47.23, 325_071),
        ]
        #expect(Set(communes).count == communes.count)
        func fingerprint(
            kind: String = "epci", code: String = "e", name: String = "E", region: String = "52",
            communes: [String] = ["44109"]
        ) -> UInt64 {
            let territory = Territory(kind: kind, code: code, name: name, region: region, communes: communes)
            return Geography(communes: [nantes, laval], territories: [territory]).fingerprint
        }
        let territories = [
            fingerprint(kind: "epci"), fingerprint(kind: "bassin-vie"), fingerprint(code: "f"), fingerprint(name: "F"),
            fingerprint(region: "53"), fingerprint(communes: ["53130"]), fingerprint(communes: []),
        ]
        #expect(Set(territories).count == territories.count)
    }
}
