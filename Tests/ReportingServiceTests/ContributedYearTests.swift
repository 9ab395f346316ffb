import Foundation
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("A year of contributions")
struct ContributedYearTests {
    @Test("is the same from the same seed, varies every member, and is taken as it is")
    func year() async throws {
        let history = try History(seed: 7, demands: 5)
        let places = ContributedYear.places(of: history)
        let territories = History.territories.map { "territoire-spro:\($0.0)" }
        func make(_ seed: UInt64) -> ContributedYear {
            ContributedYear(seed: seed, places: places, territories: territories)
        }
        let year = make(3)
        #expect(year.records == make(3).records && year.records != make(4).records)
        #expect(Set(year.records.keys) == Set(ContributionKinds.all.map { $0.kind }))
        for kind in ContributionKinds.all {
            let records = try #require(year.records[kind.kind])
            #expect(records.count >= 50, "\(kind.kind)")
            for member in kind.members {
                let values = Set(records.map { $0[member.name].map { ContributionSample.text(["v": $0]) } ?? "-" })
                #expect(values.count > 1 || member.name == "region", "\(kind.kind) \(member.name)")
                #expect(
                    values.contains("-") == (member.isOptional && !Self.always.contains(member.name)), "\(member.name)")
            }
        }
        try await withReporting(after: { try await $0.takeIn(.directory, TestFeed(history.directory)) }) { reporting in
            try await year.contribute(to: reporting)
            for kind in ContributionKinds.all {
                #expect(try await reporting.stored(kind).count == year.records[kind.kind]?.count, "\(kind.kind)")
            }
        }
    }

    /// What may be left out, and is an empty list here.
    private static let always: Set<String> = [
        "audiences", "asked_structures", "invited_structures", "attending_structures", "attendees",
    ]
}
