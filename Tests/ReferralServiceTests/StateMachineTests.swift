import Foundation
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

/// The table against the running service, cell by cell.
@Suite("The state machine")
struct StateMachineTests {
    private static let purposes = ["transmission", "rendez-vous"]

    @Test("every command in every state by everybody does what the table says, over HTTP", .timeLimit(.minutes(10)))
    func everyCell() async throws {
        try await withReferrals { broker in
            let cells = try await Cells(broker, purposes: Self.purposes)
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let coordinator = try await TestIssuer.shared.token(
                scopes: [.referralCoordinate], territories: ["territoire-spro:52-02"])
            let elsewhere = try await TestIssuer.shared.token(
                scopes: [.referralCoordinate], territories: ["territoire-spro:52-03"])
            let tokens: [(ReferralActor?, String)] = [
                (.sender, sender), (.recipient, recipient), (.coordinator, coordinator), (nil, stranger),
                (nil, elsewhere),
            ]
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                for state in ReferralState.allCases {
                    for previous in Cells.ways(to: state) {
                        for command in ReferralCommand.allCases {
                            for (actor, token) in tokens {
                                try await broker.put(cells.made.id, into: state, after: previous, on: connection)
                                let answer = try await broker.command(
                                    command, cells.made.id, cells.body(of: command), token: token)
                                try await cells.check(
                                    answer.status, try answer.json, state, previous, command, actor, on: connection)
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("and by the person themselves", .timeLimit(.minutes(10)))
    func everyCellOfThePerson() async throws {
        try await withReferrals { broker in
            let cells = try await Cells(broker, purposes: Self.purposes)
            let person = try await broker.person(cells.made.person)
            var elsewhere = ReferralRequest()
            elsewhere.theme = "vae"
            let other = try await broker.person(try await broker.submitted(elsewhere).person)
            let handling = try broker.handling()
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                for state in ReferralState.allCases {
                    for previous in Cells.ways(to: state) {
                        for command in ReferralCommand.allCases {
                            for (actor, acting) in [(ReferralActor.person, person), (nil, other)] {
                                try await broker.put(cells.made.id, into: state, after: previous, on: connection)
                                let (status, json) = try await cells.apply(command, acting, handling)
                                try await cells.check(status, json, state, previous, command, actor, on: connection)
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("what the database takes a state for is what the service takes it for")
    func statesInSQL() async throws {
        try await withReferrals { broker in
            for state in ReferralState.allCases {
                for previous in ReferralState.allCases {
                    let row = try await broker.sql(
                        "select tier_of(\(state), \(previous)), is_under_way(\(state))")[0]
                    let (tier, isUnderWay) = try row.decode((Int?, Bool).self)
                    #expect(tier == state.tier(after: previous)?.rawValue, "\(state) after \(previous)")
                    #expect(isUnderWay == StateTable.underWay.contains(state), "\(state)")
                }
            }
            for category in DataCategory.allCases {
                let tier = try await broker.sql("select tier_of_category(\(category.rawValue))")[0].decode(Int.self)
                #expect(tier == category.tier.rawValue, "\(category)")
            }
        }
    }

    @Test("its description shows the table row by row")
    func description() throws {
        let text = try String(contentsOfFile: Repository.path("openapi/referral.yaml"), encoding: .utf8)
        let rows = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            $0.hasPrefix("| ") && !$0.hasPrefix("| from") && !$0.hasPrefix("| ---")
        }
        let table = StateTable.transitions.map { cell in
            let guards = cell.guards.map(\.rawValue).joined(separator: ", ")
            return
                "| \(cell.from.rawValue) | \(cell.command.rawValue) | \(cell.actor.rawValue) | \(cell.to.rawValue) | \(guards) |"
        }
        #expect(rows.sorted() == table.sorted())
    }
}

/// One referral that is put into every state, with what every command's body needs.
private struct Cells: Sendable {
    let broker: ReferralFixture
    let made: ReferralFixture.Made
    /// A second consent, for whom the recipient proposes.
    let renewed: String

    init(_ broker: ReferralFixture, purposes: [String]) async throws {
        self.broker = broker
        var request = ReferralRequest()
        request.consent = ReferralRequest.consent(purposes: purposes)
        made = try await broker.submitted(request)
        renewed = try await broker.record(
            ReferralRequest.consent(recipients: [ReferralFixture.stranger]), of: made.person)
    }

    /// The states before that make a difference.
    static func ways(to state: ReferralState) -> [ReferralState?] {
        switch state {
        case .onHold: [.accepted, .inProgress]
        case .redirectProposed: [.underReview, .inProgress]
        default: [nil]
        }
    }

    func body(of command: ReferralCommand) -> String? {
        switch command {
        case .submit: made.consent.map { #"{"consent_id":"\#($0)"}"# }
        case .confirmRedirect: #"{"consent_id":"\#(renewed)"}"#
        default: nil
        }
    }

    /// As the person, whose follow-up has no token of the issuer's.
    func apply(
        _ command: ReferralCommand, _ acting: Acting, _ handling: ReferralHandling
    ) async throws -> (Int, JSONValue) {
        var arguments = ReferralHandling.Arguments()
        arguments.consent = UUID(text: (command == .confirmRedirect ? renewed : made.consent) ?? "")
        arguments.structure = StructureFacts(
            id: ReferralFixture.recipient, root: ReferralFixture.recipient, region: "52", networks: [], territories: [])
        arguments.options = [OfferedOption(structure: ReferralFixture.recipient, reasons: ["wish"])]
        arguments.attendance = command == .recordAttendance ? "seen" : nil
        let body = try JSONValue(
            parsing: Array(#"{"starts_at":"\#(ReferralFixture.tomorrow)","channel":"visio"}"#.utf8))
        arguments.appointment = try ObjectReader.read(body) { AppointmentDraft($0, now: Date()) }
        let key = IdempotencyKey(client: "person", key: UUID().uuidString, operation: command.rawValue, body: [])
        do {
            let answer = try await handling.apply(
                command, to: try #require(UUID(text: made.id)), arguments, key, acting)
            return (answer.status, try JSONValue(parsing: answer.body))
        } catch let refusal as Refusal {
            return (refusal.code == .conflict ? 409 : refusal.code == .notFound ? 404 : 500, .object(refusal.members))
        }
    }

    /// Holds an answer to what the table says of the cell.
    /// - Parameter actor: nil: somebody who has no part in it.
    func check(
        _ status: Int, _ json: JSONValue, _ state: ReferralState, _ previous: ReferralState?,
        _ command: ReferralCommand, _ actor: ReferralActor?, on connection: Connection
    ) async throws {
        let circumstances = StateTable.Circumstances(previous: previous, attendance: "seen")
        let cell = actor.flatMap { StateTable.transition(from: state, command, by: $0, in: circumstances) }
        let place: Comment = "\(state) \(command) \(String(describing: actor)): \(status) \(json)"
        let id = try #require(UUID(text: made.id))
        let rows = try await connection.query(
            "select state, (select count(*) from referrals where parent_id = \(id)) from referrals where id = \(id)")
        let (after, sequels) = try rows[0].decode((ReferralState, Int).self)
        // Who gets a part only by what it was passed on has none before and none after.
        let isParty = actor.map { $0 != .recipient || state.tier != nil } ?? false
        if let cell, let actor {
            #expect(status == 200, place)
            #expect(after == cell.to, place)
            #expect(json["state"]?.string == ReferralView.shownState(cell.to, to: [actor]), place)
            let makes = command == .confirmRedirect || command == .reopen
            #expect(sequels == (makes ? 1 : 0) && (json["sequel_id"]?.string != nil) == makes, place)
        } else if isParty, let actor {
            #expect(status == 409, place)
            #expect(json["current_state"]?.string == ReferralView.shownState(state, to: [actor]), place)
            let allowed = StateTable.commands(in: state, for: [actor]).map(\.rawValue)
            #expect(json["allowed_commands"]?.array?.compactMap(\.string) == allowed, place)
            #expect(after == state && sequels == 0, place)
        } else {
            #expect(status == 404, place)
            #expect(after == state && sequels == 0, place)
        }
    }
}
