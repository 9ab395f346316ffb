import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Contributions at the same time")
struct ContributionConcurrencyTests {
    @Test("of one client with the same external ids leave one file's records, whole")
    func sameIDs() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                // Half of the senders tell it in the other order, and each of its own state.
                let answers = try await withThrowingTaskGroup(of: [Int?].self) { tasks in
                    for sender in 0..<8 {
                        tasks.addTask {
                            let other = JSONObject(members: sender % 2 == 0 ? [] : [sample.change])
                            let records = [sample.record(other), sample.another("b")]
                            let answer = try await reporting.contribute(
                                sender % 4 < 2 ? records : records.reversed(), sample.name)
                            #expect(answer.status == 200, "\(sample.name): \(answer.text.prefix(300))")
                            return try answer.counts
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.compactMap { $0[1] }.reduce(0, +) == 2, "\(sample.name): \(answers)")
                #expect(try await reporting.stored(sample.kind).count == 2, "\(sample.name)")
                let changes = answers.filter { $0[1] != 0 || $0[2] != 0 }.count
                #expect(try await reporting.position(sample.kind) == changes, "\(sample.name)")
            }
        }
    }

    @Test("of several clients keep apart what they call alike")
    func clients() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all where !sample.kind.isRegionsOwn {
                let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                    for client in ["one", "two", "three"] {
                        tasks.addTask {
                            let token = try await TestIssuer.shared.token(
                                scopes: [.reportingContribute], clientID: client, region: "52")
                            return try await reporting.contribute([sample.record()], sample.name, token: token).status
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [200, 200, 200], "\(sample.name)")
                #expect(try await reporting.stored(sample.kind).count == 3, "\(sample.name)")
            }
        }
    }

    @Test("wait for the one before of the same client, not for another's")
    func locks() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let sample = try #require(ContributionSample.all.first { $0.name == "incidents" })
            let other = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "other", region: "52")
            let waiting = try await Connection.with(reporting.database.configuration(for: .runtime)) { connection in
                try await connection.withTransaction { transaction in
                    try await ContributionRepository().lock("incidents", of: "region", in: transaction)
                    #expect(try await reporting.contribute([sample.record()], sample.name, token: other).status == 200)
                    let waiting = Task { try await reporting.contribute([sample.record()], sample.name).status }
                    try await Task.sleep(for: .milliseconds(300))
                    #expect(try await reporting.stored(sample.kind).count == 1)
                    return waiting
                }
            }
            #expect(try await waiting.value == 200)
            #expect(try await reporting.stored(sample.kind).count == 2)
        }
    }
}
