import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Contributions that are taken back")
struct ContributionRemovalTests {
    @Test("are gone, and can be given again; of those that are not there nothing changes")
    func removal() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            for sample in ContributionSample.all {
                let name = sample.name
                #expect(try await reporting.remove("a", name).status == 404, "\(name)")
                #expect(try await reporting.contribute([sample.record(), sample.another("b/é 1")], name).status == 200)
                let before = try await reporting.position(sample.kind)
                #expect(try await reporting.remove("b%2F%C3%A9%201", name).status == 204, "\(name)")
                #expect(try await reporting.remove("b%2F%C3%A9%201", name).status == 404, "\(name)")
                #expect(try await reporting.stored(sample.kind).count == 1, "\(name)")
                #expect(try await reporting.position(sample.kind) == before + 1, "\(name)")
                #expect(try await reporting.remove("a", name).status == 204, "\(name)")
                #expect(try await reporting.contribute([sample.record()], name).counts == [1, 1, 0, 0], "\(name)")
            }
            for path in ["z", "%00", "a%0Ab", String(repeating: "x", count: 101)] {
                for kind in ["surveys", "incidents"] {
                    let status = try await reporting.remove(path, kind).status
                    #expect(status == 404 || (status == 400 && path == "%00"), "\(path) \(kind)")
                }
            }
        }
    }

    @Test("are the caller's own: another client's stay, and of the region's own the region takes back")
    func others() async throws {
        try await withReporting(after: { try await ContributionGround.prepare($0) }) { reporting in
            let other = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "other", region: "52")
            let structure = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "region", region: "52",
                structures: [ContributionGround.north])
            let elsewhere = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "other", region: "53")
            for sample in ContributionSample.all {
                let name = sample.name
                #expect(try await reporting.contribute([sample.record()], name).status == 200)
                #expect(try await reporting.remove("a", name, token: elsewhere).status == 404, "\(name)")
                if sample.kind.isRegionsOwn {
                    #expect(try await reporting.remove("a", name, token: structure).status == 403, "\(name)")
                }
                let isRegions = sample.kind.table.owner == .region
                #expect(
                    try await reporting.remove("a", name, token: other).status == (isRegions ? 204 : 404), "\(name)")
                #expect(try await reporting.remove("a", name).status == (isRegions ? 404 : 204), "\(name)")
            }
        }
    }
}
