import Charters
import Foundation
import Schema
import Testing

@Suite("The demo data")
struct DemoDataTests {
    let charters: CharterSet
    let communes: [String: [String: String]]
    let territories: [[String: String]]
    let structures: [DemoStructure]

    init() throws {
        charters = try CharterSet.load(from: Checkout.charters.path)
        let rows = try Checkout.rows(of: Checkout.demo.appending(path: "communes.csv"))
        communes = Dictionary(uniqueKeysWithValues: rows.compactMap { row in row["insee_code"].map { ($0, row) } })
        territories = try Checkout.rows(of: Checkout.demo.appending(path: "territories.csv"))
        structures = try Checkout.lines(of: Checkout.demo.appending(path: "structures.ndjson")).map(
            DemoStructure.init(line:))
    }

    private func region(of structure: DemoStructure) -> String? {
        structure.draft.address.map { communes[$0.commune]?["region"] } ?? structure.draft.region
    }

    private func count(_ network: String, in region: String) -> Int {
        structures.count { $0.draft.networks.contains(network) && self.region(of: $0) == region }
    }

    @Test("Structures and their services have ids of their own; an antenna comes after its seat")
    func ids() {
        #expect(structures.count == 412)
        #expect(structures.flatMap(\.draft.services).count == 906)
        #expect(Set(structures.map(\.id) + structures.flatMap { $0.draft.services.map(\.id) }).count == 412 + 906)
        var seen: Set<UUID> = []
        for structure in structures {
            if let parent = structure.draft.parentID { #expect(seen.contains(parent), "\(structure.draft.name)") }
            seen.insert(structure.id)
        }
        #expect(structures.contains { $0.draft.parentID != nil })
    }

    @Test("Everything is marked as fictional")
    func fictional() {
        for structure in structures {
            #expect(structure.draft.name.hasSuffix("(fictif)") && structure.draft.source == "demo-fictif")
            #expect(structure.draft.siret == nil)
            #expect(structure.draft.contact?.email?.hasSuffix(".example") != false)
        }
    }

    @Test("Each structure lies in a commune of the file; a remote one says its region instead")
    func places() {
        for structure in structures {
            let draft = structure.draft
            #expect((draft.address == nil) == (draft.status == "service-dematerialise"), "\(draft.name)")
            #expect((draft.address == nil) == (draft.region != nil), "\(draft.name)")
            if let address = draft.address { #expect(communes[address.commune] != nil, "\(draft.name)") }
            #expect(Checkout.regions.contains(region(of: structure) ?? ""), "\(draft.name)")
        }
    }

    @Test("Networks, statuses and service kinds are those of the region's charter, and the networks exist today")
    func vocabulary() throws {
        let days = Int(Date().timeIntervalSince1970) / 86_400
        let today = try #require(CalendarDate(daysSinceEpoch: days))
        for structure in structures {
            let draft = structure.draft
            let charter = try #require(region(of: structure).flatMap { charters.charters[$0] })
            #expect(charter.memberStatus(draft.status) != nil, "\(draft.name): \(draft.status)")
            for network in draft.networks {
                #expect(charter.network(network) != nil, "\(draft.name): \(network)")
                #expect(charters.isValid(network: network, on: today), "\(draft.name): \(network)")
            }
            for service in draft.services {
                #expect(charter.serviceKind(service.kind) != nil, "\(draft.name): \(service.kind)")
                // Above level 1 only from operators.
                let isOperator = draft.networks.contains { charters.network($0)?.cepOperator == true }
                #expect(service.cepLevel ?? 1 == 1 || isOperator, "\(draft.name): level \(service.cepLevel ?? 0)")
            }
            if let reference = draft.label?.charter { #expect(reference == charter.reference, "\(draft.name)") }
        }
    }

    @Test("Zones and territories exist")
    func zones() {
        let keys = Set(territories.map { "\($0["kind"] ?? ""):\($0["code"] ?? "")" })
        let departments = Set(communes.values.compactMap { $0["department"] })
        for structure in structures {
            for key in structure.draft.participatesIn {
                let department = key.hasPrefix("departement:") ? String(key.dropFirst(12)) : nil
                #expect(keys.contains(key) || departments.contains(department ?? ""), "\(structure.draft.name): \(key)")
            }
            for zone in structure.draft.services.flatMap(\.zones) {
                switch zone.type {
                case "commune": #expect(communes[zone.code] != nil, "\(structure.draft.name): \(zone.key)")
                case "departement": #expect(departments.contains(zone.code), "\(structure.draft.name): \(zone.key)")
                default: #expect(zone.key == "region:\(region(of: structure) ?? "")", "\(structure.draft.name)")
                }
            }
        }
    }

    @Test(
        "Pays de la Loire has what its specification counts",
        arguments: [
            ("cio", 20), ("france-travail", 56), ("mission-locale", 22), ("cap-emploi", 6), ("suio", 3), ("mife", 10),
            ("crij", 1), ("transitions-pro", 1),
        ])
    func counts(network: String, expected: Int) throws {
        #expect(count(network, in: "52") == expected)
    }

    @Test("Pays de la Loire's eight networks declare 2,400 professionals")
    func professionals() {
        let eight: Set = [
            "cio", "france-travail", "mission-locale", "cap-emploi", "suio", "mife", "crij", "transitions-pro",
        ]
        let members = structures.filter { region(of: $0) == "52" && !eight.isDisjoint(with: $0.draft.networks) }
        #expect(members.reduce(0) { $0 + ($1.draft.staff?.declared ?? 0) } == 2400)
    }

    @Test("Territories divide the communes: each commune in exactly one, of its region and of a kind of its charter")
    func partition() throws {
        var owner: [String: String] = [:]
        for territory in territories {
            let code = try #require(territory["code"])
            let region = try #require(territory["region"])
            let charter = try #require(charters.charters[region])
            #expect(charter.territories.map(\.kind).contains(territory["kind"] ?? ""), "\(code)")
            for commune in try #require(territory["communes"]).split(separator: " ").map(String.init) {
                #expect(communes[commune]?["region"] == region, "\(code): \(commune)")
                #expect(owner.updateValue(code, forKey: commune) == nil, "\(commune) is in \(code) and another one")
            }
        }
        #expect(Set(owner.keys) == Set(communes.keys))
        #expect(territories.count { $0["region"] == "52" } == charters.charters["52"]?.territories[0].count)
        #expect(territories.count { $0["region"] == "52" } == 17)
    }

    // The reference data are no part of this repository: where they do not lie beside it, this is skipped.
    @Test(
        "Communes are those of INSEE, to the letter",
        .enabled(if: Checkout.exists(Checkout.referenceCommunes), "../shared/data is not there"))
    func communesAreReal() throws {
        let reference = Set(try Checkout.lines(of: Checkout.referenceCommunes))
        let lines = try Checkout.lines(of: Checkout.demo.appending(path: "communes.csv"))
        #expect(lines.count == 629)
        let unknown = lines.filter { !reference.contains($0) }
        #expect(unknown == [])
    }
}
