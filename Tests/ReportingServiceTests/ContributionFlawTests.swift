import Foundation
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("What is wrong with contributions")
struct ContributionFlawTests {
    @Test("is told by line and member, and nothing of such a file is stored")
    func flaws() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                for flaw in sample.flaws {
                    let members = flaw.members.members.map(\.name)
                    let records = [sample.another("b"), sample.record(flaw.members)]
                    let answer = try await reporting.contribute(records, sample.name)
                    #expect(answer.status == 422, "\(sample.name) \(members): \(answer.text)")
                    #expect(try answer.errors.sorted() == flaw.errors.map { "/2\($0)" }.sorted(), "\(sample.name)")
                    let alone = try await reporting.contribute(
                        ContributionSample.text(sample.record(flaw.members)), type: "application/json",
                        kind: sample.name)
                    #expect(try alone.errors.sorted() == flaw.errors.sorted(), "\(sample.name)")
                }
                #expect(try await reporting.stored(sample.kind).isEmpty, "\(sample.name)")
                #expect(try await reporting.position(sample.kind) == 0, "\(sample.name)")
            }
        }
    }

    @Test("is told of each member that is missing, of another type, or unknown")
    func types() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                var records = [sample.another("b")]
                var expected: [String] = []
                for member in sample.kind.members where sample.members[member.name] != nil {
                    if !member.isOptional {
                        records.append(sample.record([member.name: nil]))
                        expected.append("/\(records.count)/\(member.name) required")
                    }
                    let wrong: JSONValue = member.form == .text ? 5 : ["x": 1]
                    records.append(sample.record([member.name: wrong]))
                    // A group's code and a report's subject are judged by the member before.
                    expected.append("/\(records.count)/\(member.name) wrong-type")
                }
                records.append(sample.record(["surprise": 1]))
                expected.append("/\(records.count)/surprise unknown-member")
                let answer = try await reporting.contribute(records, sample.name)
                let told = Set(try answer.errors)
                #expect(told.isSuperset(of: expected), "\(sample.name): \(Set(expected).subtracting(told).sorted())")
                #expect(try await reporting.stored(sample.kind).isEmpty, "\(sample.name)")
            }
        }
    }

    @Test("is told of CSV by its lines, and of its header as a whole")
    func tables() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let csv = sample.csv([sample.record()])
                for member in sample.kind.members {
                    let left = sample.csv([sample.record()], without: [member.name])
                    let answer = try await reporting.contribute(left, type: "text/csv", kind: sample.name)
                    #expect((answer.status == 400) == !member.isOptional, "\(sample.name) \(member.name)")
                }
                for body in ["surprise," + csv, csv.replacing("external_id", with: "external_id,external_id"), "a\nb"] {
                    let answer = try await reporting.contribute(body, type: "text/csv", kind: sample.name)
                    #expect(answer.status == 400, "\(sample.name)")
                }
                let short = try await reporting.contribute(csv + "\r\nx", type: "text/csv", kind: sample.name)
                #expect(try short.errors == ["/3 wrong-count"], "\(sample.name)")
                for member in sample.kind.members where [.flag, .integer, .number].contains(member.form) {
                    let wrong = sample.csv([sample.another("b"), sample.record([member.name: "1e3"])])
                    let answer = try await reporting.contribute(wrong, type: "text/csv", kind: sample.name)
                    #expect(try answer.errors.contains("/3/\(member.name) wrong-type"), "\(sample.name) \(member.name)")
                }
            }
        }
    }

    @Test("is told where one external id stands on several lines, beside all else that is wrong")
    func duplicates() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let records = [sample.record(), sample.another("a"), sample.another("c")]
                let unique = sample.kind.table.uniqueness.map { ["/3/\($0.name) duplicate-item"] } ?? []
                let answer = try await reporting.contribute(records, sample.name)
                #expect(try answer.errors == ["/2/external_id duplicate-item"] + unique, "\(sample.name)")
                #expect(try await reporting.stored(sample.kind).isEmpty, "\(sample.name)")
            }
            let sample = try #require(ContributionSample.all.first { $0.name == "psad-cases" })
            let unknown = JSONValue.string(ContributionGround.unknown.text)
            let records = [sample.record(), sample.record(["platform": unknown]), sample.record(["external_id": "b"])]
            #expect(
                try await reporting.contribute(records, sample.name).errors == [
                    "/2/external_id duplicate-item", "/2/platform unknown-structure",
                ])
        }
    }

    @Test("is at most a hundred violations, the first ones")
    func many() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let sample = try #require(ContributionSample.all.first { $0.name == "psad-cases" })
            let unknown = JSONValue.string(ContributionGround.unknown.text)
            let records = (1...150).map { sample.record(["external_id": .string("\($0)"), "platform": unknown]) }
            let errors = try await reporting.contribute(records, sample.name).errors
            #expect(errors == (1...100).map { "/\($0)/platform unknown-structure" })
        }
    }

    @Test("is that another record has what only one may have, unless they exchange it in one file")
    func taken() async throws {
        try await withReporting { reporting in
            for sample in ContributionSample.all where sample.kind.table.uniqueness != nil {
                let flaw = sample.name == "reference-groups" ? "/2/code group-taken" : "/2/commune population-taken"
                #expect(try await reporting.contribute([sample.record()], sample.name).status == 200)
                let before = try await reporting.stored(sample.kind)
                let records = [sample.another("b"), sample.record(["external_id": "x"])]
                #expect(try await reporting.contribute(records, sample.name).errors == [flaw])
                #expect(try await reporting.stored(sample.kind) == before)
                let exchanged = [sample.another("a"), sample.record(["external_id": "b"])]
                #expect(try await reporting.contribute(exchanged, sample.name).counts == [2, 1, 1, 0])
            }
        }
    }
}
