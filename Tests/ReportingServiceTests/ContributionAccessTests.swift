import Foundation
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Who contributes what")
struct ContributionAccessTests {
    private struct Caller: Sendable {
        let name: String
        var region: String?
        var structures: [UUID] = []
        var networks: [String] = []
        var territories: [String] = []
        /// Of the subjects below, those for which it acts.
        let reach: Set<Subject>

        func token(_ scopes: [Scope] = [.reportingContribute]) async throws -> String {
            try await TestIssuer.shared.token(
                scopes: scopes, clientID: name, region: region, structures: structures, networks: networks,
                territories: territories)
        }
    }

    private enum Subject: CaseIterable {
        case north, south, elsewhere, unknown, firstTerritory, secondTerritory, otherTerritory, network, otherNetwork
        case region, otherRegion, unknownTerritory
    }

    private static let callers = [
        Caller(name: "nobody", reach: []),
        Caller(name: "structure", structures: [ContributionGround.north], reach: [.north]),
        Caller(
            name: "structure-52", region: "52", structures: [ContributionGround.south, ContributionGround.unknown],
            reach: [.south, .unknown]),
        Caller(name: "network", networks: ["cio"], reach: [.south, .elsewhere, .unknown]),
        Caller(name: "network-52", region: "52", networks: ["cio"], reach: [.south, .network, .unknown]),
        Caller(
            name: "coordinator", territories: ["territoire-spro:52-01"], reach: [.north, .firstTerritory, .unknown]),
        Caller(
            name: "coordinator-53", region: "53", territories: ["territoire-spro:52-01"], reach: [.unknown]),
        Caller(
            name: "region", region: "52",
            reach: [
                .north, .south, .unknown, .firstTerritory, .secondTerritory, .unknownTerritory, .network,
                .otherNetwork, .region,
            ]),
    ]

    @Test("follows from the claims, for each caller, kind and subject")
    func matrix() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for caller in Self.callers {
                let token = try await caller.token()
                for sample in ContributionSample.all {
                    for (subject, own) in Self.subjects(of: sample) {
                        // Of a report, what only the region says is left out by all others.
                        let members = JSONObject(
                            members: own.members
                                + (sample.name == "plans-and-reports" && caller.name != "region"
                                    ? [("due_on", .null), ("state", "submitted")] : []))
                        let isAllowed =
                            caller.reach.contains(subject)
                            && (!sample.kind.isRegionsOwn || caller.name == "region")
                        let answer = try await reporting.contribute([sample.record(members)], sample.name, token: token)
                        let expected = !isAllowed ? 403 : [.unknown, .unknownTerritory].contains(subject) ? 422 : 200
                        #expect(
                            answer.status == expected,
                            "\(caller.name) \(sample.name) \(subject): \(answer.text.prefix(300))")
                        if answer.status == 403 {
                            #expect(try answer.errors.isEmpty)
                            #expect(!answer.text.contains("019b76da"))
                        }
                    }
                }
            }
        }
    }

    @Test("says nothing in the region's place: when a report is due, and whether it is accepted")
    func regionsWords() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let sample = try #require(ContributionSample.all.first { $0.name == "plans-and-reports" })
            let own: JSONObject = [
                "scope": "structure", "subject": .string(ContributionGround.south.text), "state": "submitted",
                "due_on": nil,
            ]
            func record(_ other: JSONObject) -> JSONObject {
                let kept = own.members.filter { other[$0.name] == nil }
                return sample.record(JSONObject(members: kept + other.members))
            }
            for caller in Self.callers where caller.reach.contains(.south) {
                let token = try await caller.token()
                for (other, errors): (JSONObject, [String]) in [
                    ([:], []), (["state": "draft"], []), (["state": "accepted"], ["/state regions-word"]),
                    (["state": "returned", "due_on": "2026-03-31"], ["/due_on regions-word", "/state regions-word"]),
                ] {
                    let answer = try await reporting.contribute([record(other)], sample.name, token: token)
                    let isRegion = caller.name == "region"
                    #expect(answer.status == (errors.isEmpty || isRegion ? 200 : 422), "\(caller.name) \(other)")
                    #expect(try answer.errors == (isRegion ? [] : errors.map { "/1" + $0 }), "\(caller.name) \(other)")
                }
            }
        }
    }

    @Test("needs the scope, and stores nothing of a file in which one record is another's")
    func others() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let reader = try await TestIssuer.shared.token(scopes: [.reportingRead], region: "52")
            let structure = try await Self.callers[1].token()
            for sample in ContributionSample.all {
                let record = [sample.record()]
                #expect(try await reporting.contribute(record, sample.name, token: reader).status == 403)
                #expect(try await reporting.remove("a", sample.name, token: reader).status == 403)
            }
            let sample = try #require(ContributionSample.all.first { $0.name == "cep-episodes" })
            let south = JSONValue.string(ContributionGround.south.text)
            let mixed = [sample.record(), sample.record(["external_id": "b", "structure": south])]
            #expect(try await reporting.contribute(mixed, sample.name, token: structure).status == 403)
            #expect(try await reporting.stored(sample.kind).isEmpty)
        }
    }

    /// Which members make a record of the kind one about a subject.
    private static func subjects(of sample: ContributionSample) -> [(Subject, JSONObject)] {
        func structures(_ name: String, _ other: JSONObject = [:]) -> [(Subject, JSONObject)] {
            [
                (Subject.north, ContributionGround.north), (.south, ContributionGround.south),
                (.elsewhere, ContributionGround.elsewhere), (.unknown, ContributionGround.unknown),
            ].map { ($0, JSONObject(members: other.members + [(name, .string($1.text))])) }
        }
        func territories(_ name: String, _ other: JSONObject = [:]) -> [(Subject, JSONObject)] {
            [
                (Subject.firstTerritory, "territoire-spro:52-01"), (.secondTerritory, "territoire-spro:52-02"),
                (.otherTerritory, "territoire-spro:53-01"), (.otherTerritory, "departement:35"),
                // Of which nobody has told yet, whichever region its code names.
                (.unknownTerritory, "territoire-spro:52-99"), (.unknownTerritory, "territoire-spro:53-99"),
            ].map { ($0, JSONObject(members: other.members + [(name, .string($1))])) }
        }
        switch sample.name {
        case "user-surveys", "cep-episodes": return structures("structure")
        case "professional-surveys":
            return structures("structure", ["asked_structures": [], "known_structures": []])
        case "psad-cases": return structures("platform")
        case "actions": return territories("territory") + [(.region, ["territory": nil])]
        case "incidents": return structures("structure", ["territory": nil]) + territories("territory")
        case "web-statistics":
            return structures("structure", ["network": nil]) + [
                (.network, ["structure": nil, "network": "cio"]),
                (.otherNetwork, ["structure": nil, "network": "mission-locale"]),
                (.region, ["structure": nil, "network": nil]),
            ]
        case "plans-and-reports":
            return structures("subject", ["scope": "structure"]) + territories("subject") + [
                (.network, ["scope": "network", "subject": "cio"]),
                (.otherNetwork, ["scope": "network", "subject": "mission-locale"]),
                (.region, ["scope": "region", "subject": "52"]),
                (.otherRegion, ["scope": "region", "subject": "53"]),
            ]
        case "reference-population":
            return [
                (.region, [:]), (.otherRegion, ["commune": "35238", "department": "35", "region": "53"]),
            ]
        default: return [(.region, [:])]
        }
    }
}
