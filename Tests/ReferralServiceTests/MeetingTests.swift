import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("Appointments, messages and the timeline")
struct MeetingTests {
    private static let way: [ReferralCommand] = [.startReview, .accept]

    private static func request(_ purposes: String...) -> ReferralRequest {
        var request = ReferralRequest()
        request.consent = ReferralRequest.consent(purposes: ["transmission"] + purposes)
        return request
    }

    @Test("an appointment is made by the consent that names it, and told to whom it may be told")
    func appointments() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let body = #"{"starts_at":"\#(ReferralFixture.tomorrow)","duration_minutes":45,"channel":"visio"}"#
            func post(_ made: ReferralFixture.Made, _ body: String) async throws -> RunningService.Answer {
                try await broker.post("/v1/referrals/\(made.id)/appointments", body, token: recipient)
            }
            let without = try await broker.submitted(upTo: Self.way)
            let refused = try await post(without, body)
            try expectProblem(refused, 409, "conflict")
            #expect(try refused.json["current_state"] == "accepted")

            for feedback in [false, true] {
                let made = try await broker.submitted(
                    upTo: Self.way, feedback ? Self.request("rendez-vous", "retour") : Self.request("rendez-vous"))
                let path = "/v1/referrals/\(made.id)/appointments"
                try expectProblem(
                    try await post(made, #"{"starts_at":"2020-01-01T10:00:00Z","duration_minutes":1,"channel":"x"}"#),
                    422,
                    "invalid-body", at: ["/starts_at", "/duration_minutes", "/channel"])
                func counted() async throws -> (sequence: Int?, changed: String?) {
                    let view = try await broker.get("/v1/referrals/\(made.id)", token: sender).json
                    return (view["sequence"]?.int, view["changed_at"]?.string)
                }
                let before = try await counted()
                #expect(before.sequence == 4)
                let scheduled = try await post(made, body)
                #expect(try scheduled.status == 200 && scheduled.json["state"] == "scheduled", "\(scheduled.text)")
                try expectProblem(try await post(made, body), 409, "conflict")
                let seen = try await broker.get("/v1/referrals/\(made.id)", token: sender).json
                #expect(seen["state"]?.string == (feedback ? "scheduled" : "accepted"))
                let told = try await broker.get(path, token: sender).json["items"]?.array
                #expect(told?.count == (feedback ? 1 : 0))
                let filtered = try await broker.get("/v1/referrals?role=sender&state=scheduled", token: sender).json
                #expect(filtered["items"]?.array?.count == (feedback ? 1 : 0), "nor by asking for it")
                let calendar = try await broker.service.get(
                    path, token: recipient, headers: [("Accept", "text/calendar")])
                #expect(calendar.headers["content-type"] == ["text/calendar; charset=utf-8"])
                let lines = calendar.text.split(separator: "\r\n")
                #expect(lines.first == "BEGIN:VCALENDAR" && lines.contains("STATUS:CONFIRMED"), "\(calendar.text)")
                for secret in ReferralFixture.secrets + [made.person, ReferralFixture.recipient.text] {
                    #expect(!calendar.text.contains(secret))
                }
                let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
                try expectProblem(try await broker.get(path, token: stranger), 404, "not-found")
                let missed = try await broker.command(
                    .recordAttendance, made.id, #"{"attendance":"noshow"}"#, token: recipient)
                #expect(try missed.json["state"] == "accepted", "\(missed.text)")
                #expect(try await post(made, body).status == 200)
                let now = try await counted()
                #expect(now.sequence == (feedback ? 7 : 4), "nor by counting")
                #expect(feedback || now.changed == before.changed)
                let attended = try await broker.command(.recordAttendance, made.id, token: recipient).json
                #expect(attended["state"] == "in_progress" && attended["sequence"]?.int == 8)
                let after = try await counted()
                #expect(after.sequence == (feedback ? 8 : 5) && after.changed != before.changed)
                let all = try await broker.get(path, token: recipient).json["items"]?.array ?? []
                #expect(all.map { $0["attendance"]?.string } == ["noshow", "seen"])
                let id = try #require(UUID(text: made.id))
                let events = try await broker.sql(
                    """
                    select sequence from event_outbox where subject = 'referrals/' || \(made.id) order by sequence
                    """
                ).decode(Int.self)
                #expect(events == Array(1...events.count) && events.count == 12, "\(events)")
                let recorded = try await broker.sql(
                    """
                    select plain ->> 'attendance' from event_outbox
                    where type = 'fr.spro.appointment.recorded.v1' and subject = 'referrals/' || \(made.id)
                    order by sequence
                    """
                ).decode(String?.self)
                #expect(recorded == [nil, "noshow", nil, "seen"])
                #expect(
                    try await broker.sql("select sequence from referrals where id = \(id)")[0].decode(Int.self) == 12)
            }
        }
    }

    @Test("two who make one at once make one")
    func twice() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: Self.way, Self.request("rendez-vous"))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await broker.command(.schedule, made.id, token: recipient).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
            #expect(try await broker.sql("select count(*) from appointments")[0].decode(Int.self) == 1)
        }
    }

    @Test("a withdrawal calls off what was arranged and deletes what nobody has read, by whatever way it comes")
    func withdrawal() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for way in 0..<3 {
                let made = try await broker.submitted(upTo: Self.way, Self.request("rendez-vous", "retour"))
                let path = "/v1/referrals/\(made.id)"
                #expect(try await broker.command(.schedule, made.id, token: recipient).status == 200)
                func write(_ text: String, _ token: String) async throws {
                    let answer = try await broker.post("\(path)/messages", #"{"text":"\#(text)"}"#, token: token)
                    #expect(answer.status == 201, "\(answer.text)")
                }
                try await write("read", sender)
                #expect(try await broker.get("\(path)/messages", token: recipient).json["items"]?.array?.count == 1)
                try await write("unread", sender)
                switch way {
                case 0:
                    let withdrawal = "/v1/consents/\(try #require(made.consent))/withdrawal"
                    #expect(try await broker.post(withdrawal, "{}", token: sender).status == 200)
                case 1: #expect(try await broker.command(.withdraw, made.id, token: sender).status == 200)
                default:
                    let key = IdempotencyKey(client: "p", key: UUID().uuidString, operation: "withdraw", body: [])
                    _ = try await broker.handling().apply(
                        .withdraw, to: try #require(UUID(text: made.id)), .init(), key,
                        try await broker.person(made.person))
                }
                let id = try #require(UUID(text: made.id))
                let left = try await broker.sql(
                    """
                    select (select count(*) from messages where referral_id = \(id)),
                        (select count(*) from appointments where referral_id = \(id) and cancelled_at is null)
                    """)[0].decode((Int, Int).self)
                #expect(left == (1, 0), "way \(way)")
                for place in ["messages", "appointments", "timeline"] {
                    try expectProblem(try await broker.get("\(path)/\(place)", token: recipient), 404, "not-found")
                    #expect(try await broker.get("\(path)/\(place)", token: sender).json["items"]?.array == [])
                }
            }
        }
    }

    @Test("messages pass under the consent, sealed, from the review to the end")
    func messages() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            let path = "/v1/referrals/\(made.id)/messages"
            let hello = #"{"text":"\#(ReferralFixture.canary)\nà demain"}"#
            try expectProblem(try await broker.post(path, hello, token: sender), 409, "conflict")
            for command in Self.way { _ = try await broker.command(command, made.id, token: recipient) }
            try expectProblem(
                try await broker.post(path, #"{"text":"NIR 1 85 05 78 006 084 91"}"#, token: sender), 422,
                "invalid-body",
                at: ["/text"])
            #expect(try await broker.post(path, hello, token: sender, key: "m").status == 201)
            #expect(try await broker.post(path, hello, token: sender, key: "m").status == 201)
            let own = try await broker.get(path, token: sender).json["items"]?.array ?? []
            #expect(own.count == 1 && own[0]["delivered_at"] == .null && own[0]["author"] == "sender")
            // To ask whether there is something delivers nothing.
            #expect(try await broker.service.send(.HEAD, path, token: recipient).status == 200)
            let asked = try await broker.sql(
                """
                select (select count(*) from messages where delivered_at is not null),
                    (select count(*) from access_journal where categories = '{message}'
                        and structure_id = \(ReferralFixture.recipient))
                """)
            #expect(try asked[0].decode((Int, Int).self) == (0, 0))
            let read = try await broker.get(path, token: recipient).json["items"]?.array ?? []
            #expect(read.map { $0["text"]?.string } == ["\(ReferralFixture.canary)\nà demain"])
            #expect(read[0]["delivered_at"] != .null)
            #expect(try await broker.post(path, #"{"text":"oui"}"#, token: recipient).status == 201)
            let stored = try await broker.sql(
                "select count(*) from messages where position('Zénobie'::bytea in sealed) > 0")
            #expect(try stored[0].decode(Int.self) == 0)
            // Whoever of the structures reads is written down, under the consent that let them.
            let journal = try await broker.sql(
                """
                select structure_id, tier, purpose, consent_id::text from access_journal
                where categories = '{message}' order by id
                """
            ).decode((UUID, Int, String, String).self)
            #expect(journal.map(\.0) == [ReferralFixture.sender, ReferralFixture.recipient])
            #expect(journal.allSatisfy { $0.1 == 1 && $0.2 == "transmission" && $0.3 == made.consent })
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            try expectProblem(try await broker.get(path, token: stranger), 404, "not-found")
            try expectProblem(try await broker.post(path, hello, token: stranger), 404, "not-found")
            // The database alone shows nothing to others.
            let runtime = broker.database.pool(for: .runtime)
            for (structure, count) in [(ReferralFixture.stranger, 0), (ReferralFixture.recipient, 2)] {
                let rows = try await runtime.transact(
                    settings: [(name: "spro.structures", value: structure.text)], ["select id from messages"])
                #expect(rows[0].count == count)
            }
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            #expect(try await broker.get(path, token: recipient).json["items"]?.array == [])
            try expectProblem(try await broker.post(path, hello, token: recipient), 409, "conflict")
        }
    }

    @Test("the timeline tells each party its part")
    func timeline() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: Self.way, Self.request("rendez-vous"))
            for command in [ReferralCommand.schedule, .recordAttendance, .closeUnfulfilled] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            func entries(_ token: String) async throws -> [String] {
                let items = try await broker.get("/v1/referrals/\(made.id)/timeline", token: token).json["items"]?.array
                return (items ?? []).map {
                    [$0["what"], $0["from"], $0["to"], $0["reason_code"]].map { $0?.string ?? "-" }.joined(
                        separator: " ")
                }
            }
            #expect(
                try await entries(recipient) == [
                    "submit awaiting_consent submitted -", "start_review submitted under_review -",
                    "accept under_review accepted -", "schedule accepted scheduled -",
                    "record_attendance scheduled in_progress -",
                    "close_unfulfilled in_progress closed_unfulfilled complet",
                ])
            #expect(
                try await entries(sender) == [
                    "- - awaiting_consent -", "submit awaiting_consent submitted -",
                    "start_review submitted under_review -", "accept under_review accepted -",
                    "start accepted in_progress -", "close_unfulfilled in_progress closed_unfulfilled -",
                ])
        }
    }

    @Test("a recipient keeps its diary when the consent has expired, and adds nothing to it; a withdrawal ends it")
    func diary() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: Self.way + [.schedule], Self.request("rendez-vous"))
            let path = "/v1/referrals/\(made.id)/appointments"
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            #expect(try await broker.get(path, token: recipient).json["items"]?.array?.count == 1)
            let missed = #"{"attendance":"noshow"}"#
            #expect(try await broker.command(.recordAttendance, made.id, missed, token: recipient).status == 200)
            try expectProblem(try await broker.command(.schedule, made.id, token: recipient), 409, "conflict")
            #expect(try await broker.get(path, token: recipient).json["items"]?.array?.count == 1)
            #expect(try await broker.command(.withdraw, made.id, token: sender).status == 200)
            try expectProblem(try await broker.get(path, token: recipient), 404, "not-found")
        }
    }
}
