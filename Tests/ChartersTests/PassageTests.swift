import Foundation
import Schema
import Testing

@testable import Charters

@Suite("The passages of the charters")
struct PassageTests {
    /// The specifications in the order of their files, by region.
    static let regions = ["24", "52", "28", "53", "93"]

    // The specifications are no part of this repository: where they do not lie beside it, this is skipped.
    @Test(
        "stand in the region's specification, word for word",
        .enabled(if: Checkout.exists(Checkout.seeds), "../shared/seeds is not there"), arguments: regions)
    func verbatim(region: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.seeds.path).sorted()
        let name = try #require(names.first { $0.hasPrefix("00\(Self.regions.firstIndex(of: region)!)_") })
        let text = try String(contentsOf: Checkout.seeds.appending(path: name), encoding: .utf8)
        let specification = Self.withoutLineBreaks(text)
        var reader = YAMLReader()
        let passages = Self.passages(of: reader.read(try Checkout.bytes(of: "\(region).yaml")), areQuotes: false)
        #expect(passages.count > 40)
        for passage in passages {
            #expect(specification.contains(Self.withoutLineBreaks(passage)), "not in \(name): \(passage)")
        }
    }

    private static func withoutLineBreaks(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Every text under `quote`, `…_quote` or within `quotes`, wherever it stands.
    private static func passages(of value: JSONValue, areQuotes: Bool) -> [String] {
        switch value {
        case .array(let values): return values.flatMap { passages(of: $0, areQuotes: false) }
        case .object(let object):
            return object.members.flatMap { member -> [String] in
                if let text = member.value.string {
                    let isQuote = areQuotes || member.name == "quote" || member.name.hasSuffix("_quote")
                    return isQuote ? [text] : []
                }
                return passages(of: member.value, areQuotes: member.name == "quotes")
            }
        default: return []
        }
    }
}
