import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("HSDS")
struct HumanServicesTests {
    private func withDemo(_ body: @Sendable @escaping (DirectoryFixture) async throws -> Void) async throws {
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                try await body(DirectoryFixture(service: service, database: database))
            }
        }
    }

    /// All items of a list, page by page.
    private func items(_ path: String, size: Int, _ directory: DirectoryFixture) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        for number in 1... {
            let page = try await directory.get("\(path)?page=\(number)&per_page=\(size)").json
            let contents = try #require(page["contents"]?.array)
            items += contents
            #expect(page["page_number"]?.int == number && page["size"]?.int == contents.count)
            #expect((page["first_page"] == true) == (number == 1))
            #expect((page["empty"] == true) == contents.isEmpty)
            if page["last_page"] == true {
                #expect(page["total_items"]?.int == items.count && page["total_pages"]?.int == number)
                return items
            }
            #expect(contents.count == size)
        }
        return items
    }

    @Test("shows each structure and offer once, alone as in its list")
    func lists() async throws {
        try await withDemo { directory in
            let lines = try await directory.export().body.split(separator: UInt8(ascii: "\n"))
            let structures = try lines.map { try JSONValue(parsing: Array($0)) }
            let offers = structures.flatMap { $0["services"]?.array ?? [] }
            let organizations = try await items("/hsds/organizations", size: 37, directory)
            #expect(organizations.map { $0["id"] } == structures.map { $0["id"] })
            #expect(organizations.map { $0["name"] } == structures.map { $0["name"] })
            #expect(organizations.map { $0["parent_organization_id"] ?? .null } == structures.map { $0["parent_id"] })
            let services = try await items("/hsds/services", size: 100, directory)
            #expect(services.map { $0["id"] } == offers.map { $0["id"] })
            let sites = try await items("/hsds/service_at_locations", size: 99, directory)
            #expect(sites.map { $0["service_id"] } == offers.map { $0["id"] })
            #expect(Set(sites.compactMap { $0["id"]?.string }).count == offers.count)
            for place in [0, offers.count / 2, offers.count - 1] {
                let service = try await directory.get("/hsds/services/\(services[place]["id"]?.string ?? "")").json
                for member in services[place].object?.members ?? [] { #expect(service[member.name] == member.value) }
                let site = try #require(service["service_at_locations"]?[0])
                #expect(site["id"] == sites[place]["id"] && site["location"] == sites[place]["location"])
                let alone = try await directory.get("/hsds/service_at_locations/\(site["id"]?.string ?? "")")
                #expect(try alone.json == sites[place])
                let owner = services[place]["organization_id"]?.string ?? ""
                let organization = try await directory.get("/hsds/organizations/\(owner)").json
                #expect(organization["services"]?.array?.contains { $0["id"] == services[place]["id"] } == true)
                #expect(organization["locations"]?[0]?["id"] == site["location_id"])
            }
            let behind = try await directory.get("/hsds/services?page=1000000&per_page=100").json
            #expect(behind["empty"] == true && behind["contents"] == [])
        }
    }

    /// What HSDS 3.0 demands of the objects that we fill, and of which type their members are: facts of its JSON Schema.
    private static let demands: [String: [String]] = [
        "organization": ["id", "name", "description"], "services": ["id", "name", "status"],
        "service": ["id", "name", "status"], "location": ["id", "location_type"], "locations": ["id", "location_type"],
        "service_at_locations": ["id"], "phones": ["id", "number"], "schedules": ["id"], "service_areas": ["id"],
        "languages": ["id"], "accessibility": ["id"],
        "organization_identifiers": ["id", "identifier_type", "identifier"],
        "addresses": ["id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
    ]

    private func judge(_ value: JSONValue, as name: String) {
        switch value {
        case .null: Issue.record("\(name) is null")
        case .array(let values): for value in values { judge(value, as: name) }
        case .object(let object):
            for demanded in Self.demands[name] ?? [] { #expect(object[demanded] != nil, "\(name)/\(demanded)") }
            for member in object.members {
                if member.name.hasSuffix("_id") || member.name == "id" {
                    #expect(UUID(text: member.value.string ?? "") != nil, "\(name)/\(member.name)")
                }
                judge(member.value, as: member.name)
            }
        case .number: #expect(["latitude", "longitude", "minimum_age", "maximum_age"].contains(name), "\(name)")
        case .string(let text):
            #expect(!["latitude", "longitude", "minimum_age", "maximum_age"].contains(name), "\(name)")
            if name == "location_type" { #expect(["physical", "virtual"].contains(text)) }
        case .bool: Issue.record("\(name) is a flag")
        }
    }

    @Test("gives every object what HSDS demands of it, no null, and ids that stay")
    func demands() async throws {
        try await withDemo { directory in
            let organizations = try await items("/hsds/organizations", size: 100, directory)
            for organization in organizations.prefix(60) {
                let path = "/hsds/organizations/\(organization["id"]?.string ?? "")"
                let whole = try await directory.get(path).json
                judge(whole, as: "organization")
                for service in (whole["services"]?.array ?? []).prefix(1) {
                    let shown = try await directory.get("/hsds/services/\(service["id"]?.string ?? "")")
                    judge(try shown.json, as: "service")
                    let again = try await directory.get("/hsds/services/\(service["id"]?.string ?? "")")
                    #expect(again.body == shown.body)
                }
            }
        }
    }

    @Test("keeps to what the public knows, tells what ended, and refuses what it does not serve")
    func edges() async throws {
        var refuge = Example.mission
        (refuge.street, refuge.postalCode, refuge.siret) = ("7 impasse Canari", "44613", "35600000000048")
        refuge.isConfidential = true
        try await withDirectory([refuge, Example.townHall]) { [refuge] directory in
            let path = "/hsds/organizations/\(refuge.id.text)"
            for read in [path, "/hsds/organizations", "/hsds/services", "/hsds/service_at_locations"] {
                let text = try await directory.get(read).text
                #expect(!text.contains("Canari") && !text.contains(#""44613""#) && !text.contains("35600000000048"))
            }
            let first = try await directory.get("/hsds/organizations")
            let tag: String = try #require(first.headers.first(name: "etag"))
            let again = try await directory.get("/hsds/organizations", [("If-None-Match", tag)])
            #expect(again.status == 304)
            let region = try await DirectoryFixture.region()
            #expect(try await directory.remove(refuge, token: region).status == 204)
            try expectProblem(try await directory.get(path), 410, "gone")
            #expect(try await directory.get("/hsds/services").json["total_items"]?.int == 0)
            #expect(try await directory.get("/hsds/organizations", [("If-None-Match", tag)]).status == 200)
            try expectProblem(
                try await directory.get("/hsds/services/\(refuge.offers[0].id.text)"), 404, "not-found")
            try expectProblem(
                try await directory.get("/hsds/services?page=0&per_page=101&minimal=true"), 400, "invalid-parameters",
                at: ["page", "per_page", "minimal"])
            #expect(try await directory.get("/hsds").json["version"] == "3.0")
        }
    }

    @Test("derives ids that lead back, differ by what they are of, and are well formed")
    func ids() {
        var random = SeededGenerator(seed: 30)
        var seen: Set<UUID> = []
        for _ in 0..<1000 {
            let id = UUID.random(&random)
            seen.insert(id)
            for role in [DerivedID.Role.location, .serviceAtLocation] {
                let derived = DerivedID.counterpart(of: id, role)
                #expect(DerivedID.counterpart(of: derived, role) == id)
                seen.insert(derived)
            }
            for name in ["phone", "area/commune:44184"] {
                let item = DerivedID.item(name, of: id)
                #expect(item.uuid.6 >> 4 == 8 && item.uuid.8 >> 6 == 2)
                #expect(DerivedID.item(name, of: id) == item)
                seen.insert(item)
            }
        }
        #expect(seen.count == 5000)
    }
}
