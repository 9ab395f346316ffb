import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Schema
import Support
import Testing
import Tokens
import Web

@testable import DevIssuer
@testable import DirectoryService
@testable import ReferralService
@testable import ReportingService

/// From a client's secret to an answer: the issuer and the services over sockets, with the demo data.
@Suite("Journey")
struct JourneyTests {
    @Test("A website finds a structure near Saint-Nazaire; the partner changes it; everyone sees the change")
    func searchToUpdate() async throws {
        try await withDemoDirectory { issuer, service in
            let website = try await issuer.token(of: "website")
            let page = try await service.get(
                "/v1/structures?commune=44184&network=mission-locale", token: website)
            let nearest = try #require(try page.json.object?["items"]?.array?.first?.object)
            #expect(nearest["competent"] == true)
            let path = "/v1/structures/" + (try #require(nearest["id"]?.string))

            let shown = try await service.get(path, token: website)
            let tag = try #require(shown.headers.first(name: "ETag"))
            let draft = try Self.draft(from: try #require(try shown.json.object), phone: "0240000000")
            let partner = try await issuer.token(of: "partner-a")
            func update(_ token: String, ifMatch tag: String) async throws -> RunningService.Answer {
                try await service.send(.PUT, path, token: token, headers: [("If-Match", tag)], json: draft)
            }
            #expect(try await update(website, ifMatch: tag).status == 403)
            #expect(try await update(try await issuer.token(of: "partner-b"), ifMatch: tag).status == 403)
            let updated = try await update(partner, ifMatch: tag)
            #expect(updated.status == 204, "\(updated.text)")
            #expect(try await update(partner, ifMatch: tag).status == 412)

            let seen = try await service.get(path, token: website)
            #expect(seen.headers.first(name: "ETag") == updated.headers.first(name: "ETag"))
            #expect(try seen.json.object?["contact"]?.object?["phone"] == "0240000000")
        }
    }

    @Test(
        "Reporting says 501 to who may ask, 403 and 401 to the others",
        arguments: [(ServiceDefinition.reporting, "/v1/releases", "dashboard", "website")])
    func plannedServices(_ definition: ServiceDefinition, path: String, knows: String, other: String) async throws {
        try await withIssuer { issuer in
            try await withDatabase(of: definition) { database in
                try await withService(
                    definition, on: database, settings: issuer.settings, fetch: KeySetSource.http
                ) { service in
                    let planned = try await service.get(path, token: try await issuer.token(of: knows))
                    #expect(planned.status == 501)
                    #expect(try planned.json.object?["code"] == "not-implemented")
                    #expect(try await service.get(path, token: try await issuer.token(of: other)).status == 403)
                    #expect(try await service.get(path, token: nil).status == 401)
                    let elsewhere = try await issuer.token(of: knows, audience: "directory")
                    #expect(try await service.get(path, token: elsewhere).status == 401)
                }
            }
        }
    }

    /// What an editor would send back of a structure as it was shown, with another telephone number.
    private static func draft(from shown: JSONObject, phone: String) throws -> String {
        let derived = StructureDraft.readOnlyMembers + ["label"]
        var members = shown.members.filter { !derived.contains($0.name) }
        for (index, member) in members.enumerated() {
            if member.name == "contact" { members[index].value = ["phone": .string(phone)] }
            if member.name == "address", let address = member.value.object {
                let written = address.members.filter { ["street", "postal_code", "commune"].contains($0.name) }
                members[index].value = .object(JSONObject(members: written))
            }
        }
        var json = JSONWriter()
        json.value(.object(JSONObject(members: members)))
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
