import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("After a consent has expired")
struct ExpiryTests {
    @Test("the recipient sees and adds nothing more, and can bring the referral to its end")
    func recipient() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            func receive(_ path: String, _ structure: UUID, _ token: String) async throws -> RunningService.Answer {
                let body = #"{"structure_id":"\#(structure.text)","# + ReferralRequest.reception.dropFirst()
                return try await broker.post("/v1/\(path)/receptions", body, token: token)
            }
            let (joined, own) = ("referrals/\(made.id)", "demands/\(made.demand)")
            #expect(try await receive(joined, ReferralFixture.recipient, recipient).status == 201)
            try await broker.sql("update consents set valid_until = clock_timestamp()")

            let before = try await broker.counts()
            try expectProblem(try await receive(joined, ReferralFixture.recipient, recipient), 404, "not-found")
            #expect(try await broker.counts() == before)
            #expect(try await receive(own, ReferralFixture.sender, sender).status == 201)
            let view = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
            #expect(try view.json["tier"] == .null && view.json["pseudonym"] == .null)
            for command in [ReferralCommand.start, .complete] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
        }
    }

    @Test("a reception waits for a withdrawal that came first, and is refused")
    func withdrawal() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            try await broker.sql("update referrals set state = 'accepted'")
            let consent = try #require(made.consent.flatMap { UUID(text: $0) })
            let body = #"{"structure_id":"\#(ReferralFixture.recipient.text)","# + ReferralRequest.reception.dropFirst()
            let before = try await broker.counts()["receptions"]
            let sender = try await ReferralFixture.acting(ReferralFixture.sender)
            let answer = try await broker.database.pool(for: .runtime).withTransaction(
                settings: [(name: "spro.structures", value: ReferralFixture.sender.text)]
            ) { transaction in
                let isFirst = try await ConsentRepository().withdraw(consent, sender, in: transaction)
                #expect(isFirst == true)
                let reception = Task {
                    try await broker.post("/v1/referrals/\(made.id)/receptions", body, token: recipient)
                }
                try await eventually {
                    try await broker.sql(
                        """
                        select count(*) from pg_locks join pg_database on pg_database.oid = database
                        where locktype = 'advisory' and not granted and datname = current_database()
                        """)[0].decode(Int.self) == 1
                }
                return reception
            }
            try expectProblem(try await answer.value, 404, "not-found")
            #expect(try await broker.counts()["receptions"] == before)
        }
    }
}
