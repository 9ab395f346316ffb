import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Contributions of every kind")
struct ContributionFormatTests {
    @Test("have a sample each, with every member and every form of file")
    func samples() async throws {
        #expect(ContributionSample.all.map(\.name).sorted() == ContributionKinds.all.map { $0.kind }.sorted())
        try await withReporting { reporting in
            let kinds = try await Connection.with(reporting.database.superuserConfiguration) {
                try await $0.query("select kind from contribution_kinds order by 1").decode(String.self)
            }
            // Definitions are written by others, and take turns in the same way.
            #expect(kinds == (ContributionKinds.all.map { $0.kind } + ["definitions"]).sorted())
        }
        for sample in ContributionSample.all {
            let left = Set(sample.kind.members.map(\.name)).subtracting(sample.members.members.map(\.name))
            // An incident is a structure's or a territory's.
            #expect(left == (sample.name == "incidents" ? ["structure"] : []), "\(sample.name)")
        }
    }

    @Test("store the same of JSON lines, of an array, of one object and of CSV, and nothing when sent again")
    func formats() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let record = sample.record()
                let text = ContributionSample.text(record)
                let bodies = [
                    (text, "application/x-ndjson"), ("[\(text)]", "application/json"), (text, "application/json"),
                    (sample.csv([record]), "text/csv"),
                ]
                var stores: [[String]] = []
                for (body, type) in bodies {
                    let before = try await reporting.position(sample.kind)
                    let first = try await reporting.contribute(body, type: type, kind: sample.name)
                    #expect(first.status == 200, "\(sample.name) \(type): \(first.text.prefix(400))")
                    #expect(try first.counts == [1, 1, 0, 0], "\(sample.name) \(type)")
                    for (again, type) in bodies {
                        let answer = try await reporting.contribute(again, type: type, kind: sample.name)
                        #expect(
                            try answer.counts == [1, 0, 0, 1], "\(sample.name) \(type): \(answer.text.prefix(400))")
                    }
                    #expect(try await reporting.position(sample.kind) == before + 1, "\(sample.name)")
                    stores.append(try await reporting.stored(sample.kind))
                    #expect(try await reporting.remove("a", sample.name).status == 204)
                }
                #expect(stores[0].count == 1 && Set(stores).count == 1, "\(sample.name)")
            }
        }
    }

    @Test("may leave out what is optional, in CSV with its column")
    func optionals() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                var left = sample.kind.members.filter(\.isOptional).map(\.name)
                // Of these two one must be there.
                if sample.name == "incidents" { left.removeAll { $0 == "territory" } }
                let sparse = sample.record(JSONObject(members: left.map { ($0, .null) }))
                let first = try await reporting.contribute(
                    sample.csv([sparse], without: left), type: "text/csv", kind: sample.name)
                #expect(try first.counts == [1, 1, 0, 0], "\(sample.name): \(first.text.prefix(400))")
                let sparseRows = try await reporting.stored(sample.kind)
                // As nulls, as empty fields, and not at all.
                let nulls = JSONObject(
                    members: sparse.members + left.filter { name in sample.members[name] != nil }.map { ($0, .null) })
                for (body, type) in [
                    (sample.csv([sparse]), "text/csv"), (ContributionSample.text(nulls), "application/json"),
                    (ContributionSample.text(sparse), "application/x-ndjson"),
                ] {
                    let answer = try await reporting.contribute(body, type: type, kind: sample.name)
                    #expect(try answer.counts == [1, 0, 0, 1], "\(sample.name): \(answer.text.prefix(400))")
                }
                let whole = try await reporting.contribute([sample.record()], sample.name)
                #expect(try whole.counts == (left.isEmpty ? [1, 0, 0, 1] : [1, 0, 1, 0]), "\(sample.name)")
                let wholeRows = try await reporting.stored(sample.kind)
                #expect(left.isEmpty || sparseRows != wholeRows, "\(sample.name)")
            }
        }
    }

    @Test("take the place of the earlier one under the same external id, one by one")
    func changes() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let name = sample.name
                let two = [sample.record(), sample.another("b")]
                #expect(try await reporting.contribute(two, name).counts == [2, 2, 0, 0], "\(name)")
                let before = try await reporting.stored(sample.kind)
                let changed = sample.record(JSONObject(members: [sample.change]))
                let answer = try await reporting.contribute([sample.another("b"), changed], name)
                #expect(try answer.counts == [2, 0, 1, 1], "\(name): \(answer.text.prefix(400))")
                let after = try await reporting.stored(sample.kind)
                #expect(after.count == 2 && Set(after).intersection(before).count == 1, "\(name)")
                // An earlier state that comes late is the last that was told.
                #expect(try await reporting.contribute(two, name).counts == [2, 0, 1, 1], "\(name)")
                #expect(try await reporting.stored(sample.kind) == before, "\(name)")
            }
        }
    }

    @Test("say the region of their structure as last told, also of one that is gone")
    func regions() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let token = try await TestIssuer.shared.token(
                scopes: [.reportingContribute],
                structures: [ContributionGround.gone, ContributionGround.elsewhere, ContributionGround.north])
            let sample = try #require(ContributionSample.all.first { $0.name == "cep-episodes" })
            let records = [ContributionGround.gone, ContributionGround.elsewhere, ContributionGround.north].enumerated()
                .map { sample.record(["external_id": .string("\($0)"), "structure": .string($1.text)]) }
            #expect(try await reporting.contribute(records, sample.name, token: token).status == 200)
            let regions = try await Connection.with(reporting.database.superuserConfiguration) {
                try await $0.query("select region from cep_episodes order by external_id").decode(String.self)
            }
            #expect(regions == ["52", "53", "52"])
        }
    }

    @Test("are called by up to a hundred characters, of whatever they are made")
    func names() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let flags = JSONValue.string(String(repeating: "\u{1F1EB}\u{1F1F7}", count: 100))
                let answer = try await reporting.contribute([sample.record(["external_id": flags])], sample.name)
                #expect(try answer.counts == [1, 1, 0, 0], "\(sample.name): \(answer.text.prefix(300))")
                for wrong: JSONValue in [.string(String(repeating: "x", count: 101)), "", "a\nb"] {
                    let answer = try await reporting.contribute([sample.record(["external_id": wrong])], sample.name)
                    #expect(try answer.errors.count == 1, "\(sample.name)")
                }
            }
        }
    }
}
