import Schema
import Testing

@testable import ReportingService

/// `openapi/reporting.yaml` says of every kind of contribution what is read, no less and no more.
@Suite("Kinds of contributions as described")
struct ContributionContractTests {
    @Test("Every kind has a schema with its members, and an example that is read")
    func kinds() throws {
        let description = try Description(of: "reporting")
        let schemas = description.document.object?["components"]?.object?["schemas"]?.object?.members ?? []
        let described = Dictionary(
            uniqueKeysWithValues: schemas.compactMap { name, schema in
                schema.object?["x-contribution"]?.string.map { ($0, (name, schema)) }
            })
        #expect(Set(described.keys) == Set(ContributionKinds.all.map { $0.kind }))
        let alternatives = description.check.resolve("#/components/schemas/ContributionRecord/anyOf")?.array ?? []
        #expect(
            Set(alternatives.compactMap { $0.object?["$ref"]?.string })
                == Set(described.values.map { "#/components/schemas/\($0.0)" }))
        for kind in ContributionKinds.all {
            let schema = try #require(described[kind.kind]?.1)
            let properties = schema.object?["properties"]?.object?.members.map(\.name) ?? []
            #expect(properties.sorted() == kind.members.map(\.name).sorted(), "\(kind.kind)")
            let required = schema.object?["required"]?.array?.compactMap(\.string) ?? []
            #expect(Set(required) == Set(kind.members.filter { !$0.isOptional }.map(\.name)), "\(kind.kind)")
            let example = try #require(schema.object?["example"])
            #expect(description.check.violations(of: example, by: schema) == [], "\(kind.kind)")
            #expect(try Self.reads(kind, example), "\(kind.kind)")
            #expect(description.text.contains("`\(kind.kind)`"))
        }
    }

    private static func reads<Kind: Contribution>(_ kind: Kind.Type, _ example: JSONValue) throws -> Bool {
        _ = try ObjectReader.read(example) { Kind($0, on: ParisClock.today) }
        return true
    }
}
