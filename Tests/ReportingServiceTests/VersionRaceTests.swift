import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Versions of definitions, several at once")
struct VersionRaceTests {
    /// Both answers, of requests that are under way at once.
    private func both(
        _ one: @escaping @Sendable () async throws -> RunningService.Answer,
        _ other: @escaping @Sendable () async throws -> RunningService.Answer
    ) async throws -> [RunningService.Answer] {
        async let first = one()
        async let second = other()
        return [try await first, try await second]
    }

    @Test("nobody validates what he has not seen: of a decision and an edit at once, one comes first")
    func decisionAgainstEdit() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            for turn in 0..<12 {
                let version = "2.1.\(turn)"
                let first = VersionDesk.document(version, VersionDesk.words("avant"))
                let second = VersionDesk.document(version, VersionDesk.words("après"))
                _ = try await desk.put(version, first)
                let tag = try await desk.propose(version).tag
                let answers = try await both({ try await desk.decide(version, seen: tag) }) {
                    try await desk.put(version, second)
                }
                #expect(answers[1].status == 200)
                let steps = try await desk.steps(version)
                if answers[0].status == 200 {
                    #expect(steps == ["written", "proposed", "validated", "voided", "written"])
                } else {
                    #expect(answers[0].status == 412 && steps == ["written", "proposed", "voided", "written"])
                }
                #expect(try await desk.show(version).state == "draft")
                #expect(try await desk.data().code == "not-validated")
            }
        }
    }

    @Test("of an edit and a decision made from the same tag exactly one wins")
    func sameTag() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            for turn in 0..<12 {
                let version = "2.1.\(turn)"
                _ = try await desk.put(version, VersionDesk.document(version, VersionDesk.words("avant")))
                let tag = try await desk.propose(version).tag
                let other = VersionDesk.document(version, VersionDesk.words("après"))
                let answers = try await both({ try await desk.decide(version, seen: tag) }) {
                    try await desk.put(version, other, seen: tag)
                }
                let statuses = answers.map(\.status)
                #expect(statuses.sorted() == [200, 412])
                #expect(try await desk.show(version).state == (statuses[0] == 200 ? "validated" : "draft"))
            }
        }
    }

    @Test("of two decisions exactly one holds, and one version at most is in force")
    func decisions() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            for turn in 0..<8 {
                let version = "2.1.\(turn)"
                _ = try await desk.put(version, VersionDesk.document(version, VersionDesk.words("un")))
                let tag = try await desk.propose(version).tag
                let answers = try await both({ try await desk.decide(version, seen: tag) }) {
                    try await desk.decide(version, "refused", seen: tag)
                }
                let statuses = answers.map(\.status)
                #expect(statuses.sorted() == [200, 412])
                #expect(try await desk.show(version).state == (statuses[0] == 200 ? "validated" : "refused"))
            }
            // Two versions at once, each validated by itself: the later one is in force.
            _ = try await desk.put("2.2.0", VersionDesk.document("2.2.0", VersionDesk.words("un")))
            _ = try await desk.put("2.3.0", VersionDesk.document("2.3.0", VersionDesk.words("un")))
            let tags = [try await desk.propose("2.2.0").tag, try await desk.propose("2.3.0").tag]
            let answers = try await both({ try await desk.decide("2.2.0", seen: tags[0]) }) {
                try await desk.decide("2.3.0", seen: tags[1])
            }
            #expect(answers.map(\.status) == [200, 200])
            #expect(try await desk.states.filter { $0.hasSuffix(" validated") }.count == 1)
        }
    }

    @Test("two proposals are one, and a decision sent again is answered as the first was")
    func again() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let tags = try await both({ try await desk.propose() }) { try await desk.propose() }.map(\.tag)
            #expect(tags[0] != nil && tags[0] == tags[1])
            #expect(try await desk.steps() == ["written", "proposed"])
            let first = try await desk.decide(seen: tags[0], comment: "Oui")
            let second = try await desk.decide(seen: tags[0], comment: "Oui")
            #expect(first.status == 200 && second.status == 200 && first.body == second.body)
            #expect(try await desk.decide(seen: first.tag, comment: "Oui").body == first.body)
            #expect(try await desk.decide(seen: tags[0], comment: "Autre").status == 412)
            #expect(try await desk.decide(seen: first.tag, comment: "Autre").status == 409)
            #expect(try await desk.steps() == ["written", "proposed", "validated"])
        }
    }

    @Test("a dashboard gets no draft in the moment of an edit")
    func reading() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let publisher = try await desk.publisher
            try await desk.validate()
            let writing = Task {
                for turn in 0..<12 {
                    let words = VersionDesk.words("\(turn)")
                    _ = try await desk.put("2.0.0", VersionDesk.document("2.0.0", words))
                    _ = try await desk.data("&version=2.0.0", token: publisher)
                    try await desk.validate()
                }
            }
            var seen: Set<String> = []
            for _ in 0..<60 {
                let answer = try await desk.data()
                seen.insert(answer.served ?? answer.code ?? "")
            }
            try await writing.value
            #expect(seen.isSubset(of: ["2.0.0", "not-validated"]))
        }
    }
}
