import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

/// Nobody's clock is quite the database's.
@Suite("When a consent begins")
struct ConsentClockTests {
    private func request(from seconds: Double?) -> String {
        var request = ReferralRequest()
        let start = seconds.map { ",\"valid_from\":\"\(RFC3339.format(Date().addingTimeInterval($0)))\"" } ?? ""
        request.consent = request.consent.map { $0.dropLast($0.hasSuffix("\n") ? 2 : 1) + start + "}" }
        return request.json
    }

    @Test("a clock up to five minutes ahead is believed, and what begins later waits")
    func ahead() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for seconds in [nil, -60, 0.5, 200] {
                let answer = try await broker.post("/v1/referrals", request(from: seconds), token: sender)
                try #require(answer.status == 201, "\(answer.text)")
                let made = try ReferralFixture.Made(answer)
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, made.id, token: recipient).status == 200)
                }
                let view = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
                #expect(view.text.contains(ReferralFixture.canary), "\(String(describing: seconds))")
            }
            let early = try await broker.post("/v1/referrals", request(from: 400), token: sender)
            try expectProblem(early, 409, "conflict")
        }
    }

    @Test("begins by the database's clock where nobody says when, and ends to the moment")
    func byTheDatabase() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let begins = try await broker.sql("select valid_from = granted_at from consents")
            #expect(try begins.decode(Bool.self) == [true])
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).json["tier"] == .null)
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            try expectProblem(try await broker.command(.accept, made.id, token: recipient), 409, "conflict")
        }
    }

    @Test("whoever gave their date of birth is as old as on the day of the consent; else as they said")
    func ages() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let dated = try await broker.submitted(ReferralRequest(birthDate: "1950-04-05"))
            let undated = try await broker.submitted()
            // As if both had been registered when they were children.
            func becomeChildren() async throws { try await broker.sql("update persons set age_band = 'moins-16'") }
            func band(_ made: ReferralFixture.Made) async throws -> String? {
                let person = try #require(UUID(text: made.person))
                return try await broker.sql("select age_band from persons where id = \(person)")[0].decode(String?.self)
            }
            func consent(_ made: ReferralFixture.Made) async throws -> RunningService.Answer {
                let whose = #"{"structure_id":"\#(ReferralFixture.sender.text)","person_id":"\#(made.person)","#
                let body = whose + ReferralRequest.consent().dropFirst()
                return try await broker.post("/v1/consents", body, token: sender)
            }
            try await becomeChildren()
            #expect(try await consent(dated).status == 201)
            #expect(try await band(dated) == "55-plus")
            try expectProblem(try await consent(undated), 422, "invalid-body", at: ["/granted_by"])
            #expect(try await band(undated) == "moins-16")

            try await becomeChildren()
            let again = ReferralRequest.onKnown(dated, theme: "emploi").replacing(
                #""consent_id":"\#(dated.consent ?? "")""#, with: #""consent":\#(ReferralRequest.consent())"#)
            let referred = try await broker.post("/v1/referrals", again, token: sender)
            #expect(referred.status == 201, "\(referred.text)")
            #expect(try await band(dated) == "55-plus")
        }
    }
}
