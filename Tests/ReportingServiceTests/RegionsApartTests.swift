import Foundation
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Regions apart")
struct RegionsApartTests {
    @Test("A region's convention counts for its own networks and structures alone")
    func conventions() async throws {
        var directory = ToldDirectory()
        let (here, there) = (directory.id(), directory.id())
        // One network of each region by itself, and one that all charters share.
        try directory.tell(here, of: "52", network: "cio", at: "2024-02-01")
        try directory.tell(directory.id(), of: "52", network: "apec", at: "2024-02-01")
        try directory.tell(there, of: "53", network: "cio", at: "2024-02-01")
        directory.tellConvention(["etat", "region:53", "cio"], from: "2024-01-01", until: nil, at: "2024-02-02")
        directory.tellConvention(
            ["region:52", "cap-emploi", here.text], from: "2024-01-01", until: "2025-12-31", at: "2024-02-02")
        directory.tellConvention(["etat", "region:52"], from: "2024-01-01", until: nil, at: "2024-02-02")
        let feed = TestFeed(directory.events)
        try await withReporting(after: { try await $0.takeIn(.directory, feed) }) { reporting in
            for (region, networks, structures) in [("52", [0, 2], [1, 2]), ("53", [1, 1], [1, 1])] {
                let rows = try await reporting.rows("GOV3", "region=\(region)&period=2024")
                #expect(rows["networks"] == networks.map(Optional.some), "\(region)")
                #expect(rows["structures"] == structures.map(Optional.some), "\(region)")
            }
        }
    }

    @Test("A region's actions say nothing of another's structures and territories")
    func actions() async throws {
        var directory = ToldDirectory()
        let (here, point) = (directory.id(), directory.id())
        try directory.tell(here, of: "52", at: "2024-02-01")
        try directory.tell(point, of: "52", status: "point-de-contact", at: "2024-02-01")
        let feed = TestFeed(directory.events)
        @Sendable func action(_ kind: String, _ id: UUID, _ territory: String) -> String {
            #"{"external_id":"\#(kind)-\#(territory)","kind":"\#(kind)","territory":"territoire-spro:\#(territory)","#
                + #""held_on":"2024-06-01","is_completed":true,"invited_structures":["\#(id.text)"],"#
                + #""attending_structures":["\#(id.text)"]}"#
        }
        try await withReporting(after: { try await $0.takeIn(.directory, feed) }) { reporting in
            let neighbour = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: "neighbour", region: "53")
            func figures() async throws -> [[Int?]?] {
                [
                    try await reporting.rows("PRO1", "region=52&period=2024")["once"],
                    try await reporting.rows("PAR3", "region=52&period=2024")["attended"],
                    try await reporting.rows("COM2", "region=52&period=2024")["informed"],
                ]
            }
            let known = try await reporting.contribute(
                #"{"external_id":"35238","commune":"35238","year":2023,"population":50000,"department":"35","#
                    + #""region":"53","territories":["territoire-spro:53-01"]}"#,
                token: neighbour, kind: "reference-population")
            #expect(known.status == 200, "\(known.text)")
            let theirs = [action("training", here, "53-01"), action("contact-point-visit", point, "53-01")]
            let one = try await reporting.contribute(theirs.joined(separator: "\n"), token: neighbour, kind: "actions")
            #expect(one.status == 200, "\(one.text)")
            let before = try await figures()
            #expect(before == [[0, 1], [0, 0], [0, 1]])
            let ours = [action("training", here, "52-01"), action("contact-point-visit", point, "52-01")]
            let other = try await reporting.contribute(ours.joined(separator: "\n"), kind: "actions")
            #expect(other.status == 200, "\(other.text)")
            let after = try await figures()
            #expect(after == [[1, 1], [2, 2], [1, 1]])
        }
    }
}

extension Reporting {
    /// Numerator and denominator by measure, of a table without a breakdown.
    func rows(_ code: String, _ query: String) async throws -> [String: [Int?]] {
        let answer = try await get("/v1/indicators/\(code)/data?\(query)")
        let rows = (try answer.json.object?["items"]?.array ?? []).compactMap(\.object)
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (row["measure"]?.string ?? "", [row["numerator"]?.int, row["denominator"]?.int])
            })
    }
}
