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
        for name in ["partner-a", "partner-b"] {
            let client = try #require(clients[name]?.object)
            let structure = try #require(structures.first { $0.id.text == client["structure"]?.string })
            #expect(structure.draft.name == client["name"]?.string)
            #expect(structure.draft.networks == [client["network"]?.string])
            #expect(structure.draft.address?.commune == client["commune"]?.string)
            #expect(structure.draft.participatesIn.contains(client["territory"]?.string ?? ""))
        }
        let coordinator = try #require(clients["coordinator"]?.object)
        let territory = try #require(
            territories.first { "\($0["kind"] ?? ""):\($0["code"] ?? "")" == coordinator["territory"]?.string })
        #expect(territory["name"] == coordinator["name"]?.string)
        #expect(territory["region"] == coordinator["region"]?.string)
    }
}
