import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("What every read path shows")
struct ReadMatrixTests {
    typealias Situation = ReadMatrix.Situation

    @Test(
        "is what the table says, in every situation; forbidden is absent, byte for byte", arguments: Situation.allCases)
    func table(_ situation: Situation) async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let scene = try await ReadScene(broker, situation, webhook: url)
                for row in ReadMatrix.table {
                    try await scene.hold(row, row.verdicts[situation.column.rawValue])
                    // A structure that has no part in it finds nothing, whatever is agreed.
                    if row.reader == .recipient || row.reader == .sender { try await scene.holdForStranger(row) }
                }
                try await scene.holdRepetitions()
                try await eventually { !receiver.heard.isEmpty }
                for heard in receiver.heard { #expect(scene.groups(in: heard.body).isEmpty) }
            }
        }
    }

    @Test("is known of every route that reads, and of no other")
    func everyRoute() async throws {
        try await withReferrals { broker in
            let reads = Set(broker.service.routes.filter { "\($0.method)" == "GET" }.map(\.path))
            let held = Set(ReadMatrix.table.map(\.route))
            #expect(held.isDisjoint(with: ReadMatrix.exempt.keys))
            let known = held.union(ReadMatrix.exempt.keys)
            #expect(reads.subtracting(known) == [], "nobody has said what they show")
            #expect(known.subtracting(reads) == [], "there is no such route")
        }
    }
}
