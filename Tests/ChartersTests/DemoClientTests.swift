import Foundation
import Schema
import Testing

@testable import Charters

@Suite("The demo clients")
struct DemoClientTests {
    @Test("stand for structures and a territory of the demo data")
    func clients() throws {
        var reader = YAMLReader()
        let bytes = [UInt8](try Data(contentsOf: Checkout.demo.appending(path: "clients.yaml")))
        let clients = try #require(reader.read(bytes).object)
        #expect(reader.mistakes.isEmpty)
        let structures = try Checkout.lines(of: Checkout.demo.appending(path: "structures.ndjson"))
            .map(DemoStructure.init(line:))
        let territories = try Checkout.rows(of: Checkout.demo.appending(path: "territories.csv"))
        // What the README's tour and its readers count on.
        let expected = [
            "partner-a": ("Mission locale de Saint-Nazaire (fictif)", "mission-locale", "44184"),
            "partner-b": ("Centre d'information et d'orientation de Nantes Centre (fictif)", "cio", "44109"),
        ]
        for (name, (title, network, commune)) in expected {
            let client = try #require(clients[name]?.object)
            let ids = try #require(client["structures"]?.array).map(\.string)
            let structure = try #require(structures.first { ids == [$0.id.text] })
            #expect(structure.draft.name == title)
            #expect(structure.draft.networks == [network])
            #expect(structure.draft.address?.commune == commune)
            #expect(client["region"]?.string == "52")
        }
        let coordinator = try #require(clients["coordinator"]?.object)
        let keys = try #require(coordinator["territories"]?.array).map(\.string)
        let territory = try #require(territories.first { keys == ["\($0["kind"] ?? ""):\($0["code"] ?? "")"] })
        #expect(territory["name"] == "Saint-Nazaire")
        #expect(territory["region"] == coordinator["region"]?.string)
    }
}
