import Schema
import Testing

@testable import DirectoryService

@Suite("Communes by name")
struct CommuneNamesTests {
    private static let names = CommuneNames([
        commune("44184", "Saint-Nazaire", 73_111), commune("66186", "Saint-Nazaire", 2_800),
        commune("44109", "Nantes", 325_070), commune("93066", "Saint-Denis", 149_077),
        commune("27681", "Évreux", 46_000), commune("2A004", "Ajaccio", 74_000),
        commune("13210", "Pont-de-Crau", 5_000),
        commune("62510", "Hénin-Beaumont", 25_000), commune("14118", "Œuilly", 300),
        commune("01004", "L’Abergement", 700),
    ])

    private static func commune(_ code: String, _ name: String, _ population: Int) -> Commune {
        Commune(
            code: code, name: name, department: String(code.prefix(2)), region: "52",
            centroid: Coordinate(latitude: 47, longitude: 1)!, population: population)
    }

    @Test(
        "are found by the beginnings of words, whatever the accents, case and abbreviations",
        arguments: [
            ("saint nazaire", ["44184", "66186"]), ("SAINT-NAZ", ["44184", "66186"]), ("st naz", ["44184", "66186"]),
            ("naz", ["44184", "66186"]), ("nazaire saint", ["44184", "66186"]), ("evr", ["27681"]),
            ("ÉVREUX", ["27681"]),
            ("E\u{301}vreux", ["27681"]), ("oeui", ["14118"]), ("œuilly", ["14118"]), ("abergement", ["01004"]),
            ("l'aberg", ["01004"]), ("44109", ["44109"]), ("2a0", ["2A004"]), ("antes", []), ("zzz", []), ("-", []),
            ("nantes paris", []),
        ])
    func found(_ text: String, _ codes: [String]) {
        #expect(Self.names.find(text, department: nil, limit: 10).map(\.code) == codes)
    }

    @Test("come by exactness, then by their population, and no more than asked for")
    func order() {
        let names = CommuneNames([
            Self.commune("00001", "Val-de-Mans", 9), Self.commune("00002", "Mansle", 5),
            Self.commune("00003", "Mans", 1),
            Self.commune("00004", "Mansigné", 7),
        ])
        #expect(
            names.find("mans", department: nil, limit: 10).map(\.code) == ["00003", "00004", "00002", "00001"])
        #expect(names.find("mans", department: nil, limit: 2).map(\.code) == ["00003", "00004"])
        let saints = CommuneNames([
            Self.commune("00001", "Saint-Mars", 5), Self.commune("00002", "Stains", 9),
            Self.commune("00003", "Le Steinbach", 99), Self.commune("00004", "Saints", 1),
        ])
        #expect(saints.find("st", department: nil, limit: 10).map(\.code) == ["00002", "00001", "00004", "00003"])
        #expect(saints.find("st mars", department: nil, limit: 10).map(\.code) == ["00001"])
        #expect(names.find(nil, department: "00", limit: 2).map(\.code) == ["00001", "00004"])
        #expect(Self.names.find("saint", department: "66", limit: 10).map(\.code) == ["66186"])
    }
}
