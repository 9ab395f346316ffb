import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("What a recipient takes referrals for")
struct OfferingTests {
    @Test("is what it offers: a service of the kind, and that one where it is named; a contact point offers nothing")
    func rule() {
        let offering = ReferralFixture.offering
        func places(_ kind: String, _ service: UUID? = nil, of offering: StructureFacts.Offering) -> [String] {
            offering.violations(referringFor: kind, service: service).map { "\($0.pointer) \($0.code)" }
        }
        #expect(places("cep-conseil", of: offering) == [])
        #expect(places("cep-conseil", ReferralFixture.advice, of: offering) == [])
        #expect(places("conseil-vae", of: offering) == ["/service_kind not-offered"])
        #expect(places("cep-conseil", ReferralFixture.welcome, of: offering) == ["/service_id other-kind"])
        #expect(places("cep-conseil", UUID.v7(), of: offering) == ["/service_id unknown"])
        #expect(
            places("conseil-vae", ReferralFixture.welcome, of: offering)
                == ["/service_kind not-offered", "/service_id other-kind"])
        let contact = StructureFacts.Offering(status: "point-de-contact", kinds: offering.kinds)
        #expect(places("cep-conseil", of: contact) == ["/recipient_structure_id takes-no-referrals"])
    }

    @Test("is asked of the directory, also where an earlier version did not note it, and goes on without it")
    func asked() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let json = ReferralRequest().json
            let before = try await broker.counts()
            func post(_ json: String) async throws -> RunningService.Answer {
                try await broker.post("/v1/referrals", json, token: sender)
            }
            let kind = json.replacing("\"service_kind\":\"cep-conseil\"", with: "\"service_kind\":\"conseil-vae\"")
            try expectProblem(try await post(kind), 422, "invalid-body", at: ["/service_kind"])
            let named = { (id: UUID) in
                json.replacing("\"urgency\":\"haute\"", with: "\"service_id\":\"\(id.text)\",\"urgency\":\"haute\"")
            }
            try expectProblem(
                try await post(named(ReferralFixture.welcome)), 422, "invalid-body", at: ["/service_id"])
            #expect(try await broker.counts() == before)
            #expect(try await post(named(ReferralFixture.advice)).status == 201)

            // As rows from before are.
            try await broker.sql("update known_structures set status = null, offer_ids = null, offer_kinds = null")
            broker.directory.isDown = true
            #expect(try await post(json).status == 201)
            broker.directory.isDown = false
            try expectProblem(try await post(kind), 422, "invalid-body", at: ["/service_kind"])
            let noted = try await broker.sql(
                "select offer_kinds @> '{cep-conseil}' from known_structures where id = \(ReferralFixture.recipient)")
            #expect(try noted.decode(Bool.self) == [true])
            broker.directory.isDown = true
            try expectProblem(try await post(kind), 422, "invalid-body", at: ["/service_kind"])
        }
    }
}
