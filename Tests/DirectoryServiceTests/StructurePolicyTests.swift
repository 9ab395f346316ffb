import Foundation
import Schema
import Support
import Testing
import Tokens

@testable import DirectoryService

@Suite("Who may write a structure")
struct StructurePolicyTests {
    /// Who, with which claims; and by which of them they may create and edit the structure below.
    struct Caller: Sendable, CustomTestStringConvertible {
        let name: String
        let scopes: [Scope]
        var region: String?
        var structures: [UUID] = []
        var networks: [String] = []
        var creates: String?
        var edits: String?
        var isAdministrator = false

        var testDescription: String { name }
    }

    private static let id = UUID(uuidString: "019B76DA-A800-7725-8E42-DFF071B6FC41")!
    private static let parent = UUID(uuidString: "019B76DA-A800-7725-8E42-DFF071B6FC42")!

    static let callers: [Caller] = [
        Caller(
            name: "the region", scopes: [.directoryAdmin], region: "52", creates: "region:52", edits: "region:52",
            isAdministrator: true),
        Caller(name: "another region", scopes: [.directoryAdmin], region: "53"),
        Caller(name: "an administrator of nowhere", scopes: [.directoryAdmin]),
        Caller(
            name: "a region without the scope", scopes: [.directoryWrite], region: "52"),
        Caller(name: "its editor", scopes: [.directoryWrite], structures: [id], edits: "structure:\(id.text)"),
        Caller(
            name: "its parent's editor", scopes: [.directoryWrite], structures: [parent],
            creates: "structure:\(parent.text)"),
        Caller(
            name: "its network", scopes: [.directoryWrite], networks: ["mission-locale"],
            edits: "network:mission-locale"),
        Caller(
            name: "all its networks", scopes: [.directoryWrite], networks: ["apec", "cio", "mission-locale"],
            creates: "network:mission-locale", edits: "network:mission-locale"),
        Caller(
            name: "all its networks in this region", scopes: [.directoryWrite], region: "52",
            networks: ["mission-locale", "cio"], creates: "network:mission-locale", edits: "network:mission-locale"),
        Caller(
            name: "all its networks in another region", scopes: [.directoryWrite], region: "53",
            networks: ["mission-locale", "cio"]),
        Caller(
            name: "its editor in another region", scopes: [.directoryWrite], region: "53", structures: [id],
            edits: "structure:\(id.text)"),
        Caller(
            name: "its network, who is its parent's editor, too", scopes: [.directoryWrite], structures: [parent],
            networks: ["mission-locale"], creates: "structure:\(parent.text)", edits: "network:mission-locale"),
        Caller(name: "a foreign network", scopes: [.directoryWrite], networks: ["apec"]),
        Caller(
            name: "a foreign structure", scopes: [.directoryWrite], structures: [UUID()]),
        Caller(name: "a writer of nothing", scopes: [.directoryWrite]),
        Caller(
            name: "an administrator elsewhere with its id and networks, but no scope to write",
            scopes: [.directoryAdmin], region: "53", structures: [id, parent], networks: ["mission-locale", "cio"]),
        Caller(
            name: "a reader with every claim", scopes: [.directoryRead, .labelDecide], region: "52",
            structures: [id, parent], networks: ["mission-locale", "cio"]),
    ]

    @Test("is the region, the structure itself, its network", arguments: callers)
    func table(caller: Caller) async throws {
        let text = try await TestIssuer.shared.token(
            scopes: caller.scopes, region: caller.region, structures: caller.structures, networks: caller.networks)
        let token = try await TestIssuer.shared.verifier(audience: "directory").verify(text, from: "127.0.0.1")
        let draft = try Sketch(
            id: Self.id, name: "S", networks: ["mission-locale", "cio"], commune: "44184", parent: Self.parent
        ).structure().draft
        #expect(
            StructurePolicy.claimToCreate(draft, region: "52", parent: (draft: draft, region: "52"), of: token)?.text
                == caller.creates)
        #expect(StructurePolicy.claimToEdit(Self.id, draft, region: "52", of: token)?.text == caller.edits)
        #expect(StructurePolicy.mayEdit(token, Self.id, draft, region: "52") == (caller.edits != nil))
        #expect(StructurePolicy.isAdministrator(token, of: "52") == caller.isAdministrator)
        // A structure of no network is no network's.
        let bare = try Sketch(id: Self.id, name: "S", commune: "44184").structure().draft
        let claim = StructurePolicy.claimToCreate(bare, region: "52", parent: nil, of: token)
        #expect((claim != nil) == caller.isAdministrator)
    }

    @Test("keeps an antenne within its parent’s networks, status and region")
    func antennes() async throws {
        let text = try await TestIssuer.shared.token(scopes: [.directoryWrite], region: "52", structures: [Self.parent])
        let token = try await TestIssuer.shared.verifier(audience: "directory").verify(text, from: "127.0.0.1")
        func draft(_ networks: [String]) throws -> StructureDraft {
            try Sketch(id: Self.id, name: "S", networks: networks, commune: "44184", parent: Self.parent)
                .structure().draft
        }
        let parent = (draft: try draft(["cio"]), region: Optional("52"))
        func mayCreate(_ networks: [String], _ region: String) throws -> Bool {
            let claim = StructurePolicy.claimToCreate(
                try draft(networks), region: region, parent: parent, of: token)
            return claim == .structure(Self.parent)
        }
        #expect(try mayCreate(["cio"], "52"))
        #expect(try mayCreate([], "52"))
        #expect(try !mayCreate(["cio", "apec"], "52"))
        #expect(try !mayCreate(["cio"], "53"))
    }

    @Test("leaves reach beyond the department to the region, and what is there to its editors")
    func reach() throws {
        let geography = try DemoData().land.geography
        func draft(_ kind: String, _ zones: [String], _ territories: [String] = []) throws -> StructureDraft {
            var sketch = Sketch(id: Self.id, name: "S", commune: "44184")
            sketch.participatesIn = territories
            sketch.offers = [
                Sketch.Offer(
                    id: UUID.v7(), kind: kind, channels: [],
                    zones: zones.map { zone in
                        let parts = zone.split(separator: ":").map(String.init)
                        return Sketch.Zone(type: parts[0], code: parts[1])
                    })
            ]
            return try sketch.structure().draft
        }
        func pointers(from old: StructureDraft?, to new: StructureDraft) -> [String] {
            StructurePolicy.reservedReach(from: old, to: new, in: geography).map(\.pointer)
        }
        let wide = ["commune:49007", "departement:44", "departement:49", "region:52", "pays:FR"]
        let territories = ["territoire-spro:52-01", "departement:44", "departement:49"]
        let wished = try draft("conseil-vae", wide, territories)
        let reserved = [
            "/services/0/zones/2", "/services/0/zones/3", "/services/0/zones/4", "/participates_in/2",
        ]
        #expect(pointers(from: nil, to: wished) == reserved)
        #expect(pointers(from: try draft("conseil-vae", []), to: wished) == reserved)
        #expect(pointers(from: wished, to: wished) == [])
        #expect(pointers(from: wished, to: try draft("conseil-vae", ["region:52"])) == [])
        // What one kind of service has is no right of another's.
        #expect(
            pointers(from: wished, to: try draft("accueil-information", ["region:52"])) == ["/services/0/zones/0"])
    }

    @Test("leaves status, networks, parent and a known SIRET to the region")
    func reserved() throws {
        func draft(_ change: (inout Sketch) -> Void) throws -> StructureDraft {
            var sketch = Sketch(
                id: Self.id, name: "S", networks: ["cio", "apec"], commune: "44184", siret: "35600000000048",
                parent: Self.parent)
            change(&sketch)
            return try sketch.structure().draft
        }
        let old = try draft { _ in }
        func pointers(_ change: (inout Sketch) -> Void) throws -> [String] {
            StructurePolicy.reservedChanges(from: old, to: try draft(change)).map(\.pointer)
        }
        #expect(try pointers { $0.status = "signataire" } == ["/status"])
        #expect(try pointers { $0.networks = ["cio"] } == ["/networks"])
        #expect(try pointers { $0.networks = ["apec", "cio"] } == [])
        #expect(try pointers { $0.parent = nil } == ["/parent_id"])
        #expect(try pointers { $0.siret = nil } == ["/siret"])
        #expect(try pointers { ($0.name, $0.commune, $0.point) = ("T", "44109", nil) } == [])
        let unknown = try draft { $0.siret = nil }
        #expect(StructurePolicy.reservedChanges(from: unknown, to: old).isEmpty)
        #expect(
            try pointers { ($0.status, $0.networks, $0.parent, $0.siret) = ("signataire", [], nil, nil) }
                == ["/status", "/networks", "/parent_id", "/siret"])
    }
}
