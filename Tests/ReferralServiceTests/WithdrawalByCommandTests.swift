import Foundation
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("A referral that is withdrawn, its consent left as it is")
struct WithdrawalByCommandTests {
    @Test(
        "waits until those who read have ended",
        arguments: [ReferralCommand.withdraw, .markEnteredInError])
    func readers(_ command: ReferralCommand) async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(upTo: [.startReview, .accept])
            let consent = try #require(made.consent.flatMap { UUID(text: $0) })
            let answer = try await broker.database.pool(for: .runtime).withTransaction { transaction in
                try await transaction.query("select share_consents(array[\(consent)])")
                let answer = Task { try await broker.command(command, made.id, token: sender) }
                try await eventually {
                    try await broker.sql(
                        """
                        select count(*) from pg_locks join pg_database on pg_database.oid = database
                        where locktype = 'advisory' and not granted and datname = current_database()
                        """)[0].decode(Int.self) == 1
                }
                return answer
            }
            #expect(try await answer.value.status == 200)
            let gone = try await broker.get(
                "/v1/referrals/\(made.id)", token: ReferralFixture.token(ReferralFixture.recipient))
            try expectProblem(gone, 404, "not-found")
        }
    }

    @Test(
        "is not passed on again with the consent that carried it; with another it is",
        arguments: [ReferralCommand.withdraw, .cancel])
    func returns(_ command: ReferralCommand) async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted()
            let session = try await broker.session(of: made.person)
            let withdrawn = try await broker.post(
                "/v1/follow-up/referrals/\(made.id)/commands/\(command.rawValue)", "{}", token: session)
            try #require(withdrawn.status == 200, "\(withdrawn.text)")
            func pass(_ consent: String, theme: String) async throws -> RunningService.Answer {
                try await broker.post("/v1/referrals", Self.again(made, consent, theme: theme), token: sender)
            }
            let consent = try #require(made.consent)
            for theme in ["formation", "emploi"] {
                let again = try await pass(consent, theme: theme)
                try expectProblem(again, 409, "conflict")
                #expect(again.text.contains("a new consent is needed"), "\(again.text)")
            }
            let other = try await broker.record(ReferralRequest.consent(), of: made.person)
            #expect(try await pass(other, theme: "formation").status == 201)
        }
    }

    /// Another referral of the same person to the same structure.
    private static func again(_ made: ReferralFixture.Made, _ consent: String, theme: String) -> String {
        var request = ReferralRequest(theme: theme)
        request.consent = nil
        return request.json.replacing(
            #""person":\#(request.person)"#, with: #""person_id":"\#(made.person)","consent_id":"\#(consent)""#)
    }

    @Test("may be passed on again with the same consent where the structure cancelled it")
    func cancelledBySender() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted()
            #expect(try await broker.command(.cancel, made.id, token: sender).status == 200)
            let consent = try #require(made.consent)
            let again = try await broker.post(
                "/v1/referrals", Self.again(made, consent, theme: "emploi"), token: sender)
            #expect(again.status == 201, "\(again.text)")
        }
    }

    @Test("what a step said goes with it: a refused proposal's reason is not the end's")
    func reasons() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept, .start])
            let target = #"{"target_structure_id":"\#(ReferralFixture.stranger.text)","reason_code":"complet"}"#
            let proposed = try await broker.command(.proposeRedirect, made.id, target, token: recipient)
            try #require(proposed.status == 200, "\(proposed.text)")
            try #require(try await broker.command(.refuseRedirect, made.id, token: sender).status == 200)
            try #require(try await broker.command(.complete, made.id, token: recipient).status == 200)
            let view = try await broker.get("/v1/referrals/\(made.id)", token: recipient).json
            #expect(view["reason_code"] == .null && view["redirect_to"] == .null)
            #expect(view["outcome"] == "satisfaite")
        }
    }

    @Test("who registers somebody together with a referral is told whom it knows already")
    func known() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let request = ReferralRequest(birthDate: "2003-04-05")
            let made = try await broker.submitted(request)
            let again = try await broker.post("/v1/referrals", request.json, token: sender)
            try expectProblem(again, 409, "conflict")
            #expect(try again.json["known_person_ids"]?.array == [.string(made.person)])
            #expect(try again.json["current_state"] == nil)
            let twin = request.json.replacing(#""mode":"#, with: #""another_person":true,"mode":"#)
            #expect(try await broker.post("/v1/referrals", twin, token: sender).status == 201)
        }
    }

    @Test(
        "wins over the step that is committed while it is on its way",
        arguments: [ReferralCommand.withdraw, .markEnteredInError, .cancel])
    func overtaken(_ command: ReferralCommand) async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            // Who cancels what is under review is refused: it is for them to withdraw it.
            for isSubmission in command == .cancel ? [true] : [true, false] {
                var request = ReferralRequest(theme: isSubmission ? "formation" : "emploi")
                if isSubmission { request.consent = nil }
                let made = try await broker.submitted(request)
                let id = try #require(UUID(text: made.id))
                let recorded = try await broker.record(ReferralRequest.consent(), of: made.person)
                let consent = try #require(UUID(text: recorded))
                let step: Query =
                    isSubmission
                    ? """
                    update referrals set state = 'submitted', consent_id = \(consent), submitted_at = now()
                    where id = \(id)
                    """ : "update referrals set state = 'under_review' where id = \(id)"
                let answer = try await broker.blocked(
                    by: { try await $0.query(step) },
                    {
                        try await broker.command(command, made.id, token: sender)
                    })
                #expect(answer.status == 200, "\(answer.text)")
                let state = try await broker.sql("select state from referrals where id = \(id)")[0].decode(
                    ReferralState.self)
                let expected: [ReferralCommand: ReferralState] = [
                    .withdraw: .withdrawn, .markEnteredInError: .enteredInError, .cancel: .cancelled,
                ]
                #expect(state == expected[command])
            }
        }
    }

    @Test("what a person cancels is a withdrawal, for the ledger and for whoever was passed it; told once")
    func cancelledByPerson() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let (own, theirs) = (try await broker.submitted(), try await broker.submitted())
            #expect(try await broker.command(.cancel, theirs.id, token: sender).status == 200)
            let session = try await broker.session(of: own.person)
            let cancelled = try await broker.post(
                "/v1/follow-up/referrals/\(own.id)/commands/cancel", "{}", token: session)
            #expect(cancelled.status == 200, "\(cancelled.text)")
            let withdrawal = "/v1/consents/\(try #require(own.consent))/withdrawal"
            #expect(try await broker.post(withdrawal, "{}", token: sender).status == 200)
            #expect(try await broker.command(.markEnteredInError, own.id, token: sender).status == 200)

            let asked = try await broker.get("/v1/erasures?role=recipient", token: recipient).json["items"]?.array
            #expect(asked?.count == 1 && asked?[0]["cause"] == "withdrawal" && asked?[0]["requested_by"] == "person")
            #expect(asked?[0]["tasks"]?.array?.first?["referral_ids"]?.array == [.string(own.id)])
            let entries = try await broker.sql("select kind, requested_by from ledger_entries order by at, id").decode(
                (String, String?).self)
            #expect(
                entries.map { "\($0.0) \($0.1 ?? "-")" } == [
                    "referral-withdrawn person", "consent-withdrawn structure", "referral-in-error structure",
                ])
        }
    }
}

extension ReferralFixture {
    /// What `work` gives that waits for a lock of a transaction, which then commits.
    func blocked<Value: Sendable>(
        by hold: @Sendable @escaping (Transaction) async throws -> Void,
        _ work: @Sendable @escaping () async throws -> Value,
        meanwhile look: @Sendable @escaping (Transaction) async throws -> Void = { _ in }
    ) async throws -> Value {
        let value = try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.withTransaction { transaction in
                try await hold(transaction)
                let value = Task { try await work() }
                try await eventually {
                    try await sql(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'
                        """)[0].decode(Int.self) == 1
                }
                try await look(transaction)
                return value
            }
        }
        return try await value.value
    }
}
