import Foundation
import Schema
import Testing

@Suite("Reading entries of the directory's lists")
struct ListingDraftTests {
    private static let event = [
        "title": #""Forum""#, "kind": #""forum""#, "starts_at": #""2026-12-01T09:00:00+01:00""#,
        "ends_at": #""2026-12-01T17:00:00+01:00""#, "region": #""52""#, "place": #"{"commune":"44184"}"#,
    ]
    private static let scheme = [
        "name": #""Bilan""#, "kind": #""prestation""#, "summary": #""Faire le point.""#, "region": #""52""#,
    ]
    private static let resource = [
        "title": #""Guide""#, "kind": #""guide""#, "region": #""52""#, "url": #""https://a.example""#,
    ]

    private func read<Draft: ListingDraft>(
        _ list: Draft.Type, _ sound: [String: String], _ changes: [String: String?] = [:]
    ) throws -> (draft: Draft?, violations: [String]) {
        var members = sound
        for (name, text) in changes { members[name] = text }
        let text =
            "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        let body = try parsed(text)
        do throws(Refusal) {
            return (try ObjectReader.read(body) { Draft($0) }, [])
        } catch {
            return (nil, error.violations.map { "\($0.pointer) \($0.code)" })
        }
    }

    @Test(
        "an event's mistakes are named where they are",
        arguments: [
            ("title", nil, "/title required"), ("title", #""a\nb""#, "/title control-character"),
            ("kind", #""fête""#, "/kind unknown-code"), ("starts_at", #""2026-12-01""#, "/starts_at wrong-format"),
            ("starts_at", #""2026-12-01T09:00:00""#, "/starts_at wrong-format"),
            ("ends_at", #""2026-12-01T08:00:00Z""#, "/ends_at ends-before-start"),
            // A fraction of a second is none.
            ("ends_at", #""2026-12-01T08:00:00.9Z""#, "/ends_at ends-before-start"),
            ("ends_at", #""2027-12-03T08:00:00Z""#, "/ends_at too-long"), ("place", nil, "/place no-place"),
            ("place", "{}", "/place/commune required"),
            ("place", #"{"commune":"44184","commune_name":"Nantes"}"#, "/place/commune_name read-only"),
            ("online_url", #""javascript:alert(1)""#, "/online_url wrong-format"),
            ("organiser_id", #""x""#, "/organiser_id wrong-format"), ("region", nil, "/region required"),
            ("territories", #"["52-01"]"#, "/territories/0 wrong-format"),
            ("audiences", #"["tout-public","tout-public"]"#, "/audiences/1 duplicate-item"),
            ("registration", "{}", "/registration/required required"),
            ("registration", #"{"required":true,"url":"x"}"#, "/registration/url wrong-format"),
            ("capacity", "0", "/capacity out-of-range"), ("cancelled", #""non""#, "/cancelled wrong-type"),
            ("price", "5", "/price unknown-member"),
        ])
    func eventMistakes(member: String, value: String?, violation: String) throws {
        #expect(try read(AgendaEventDraft.self, Self.event, [member: value]).violations == [violation])
    }

    @Test(
        "a scheme's mistakes are named where they are",
        arguments: [
            ("name", nil, "/name required"), ("kind", #""cadeau""#, "/kind unknown-code"),
            ("summary", #"" ""#, "/summary wrong-length"), ("themes", #"["sport"]"#, "/themes/0 unknown-code"),
            ("situations", #"["x"]"#, "/situations/0 unknown-code"),
            ("networks", #"["A"]"#, "/networks/0 wrong-format"),
            ("structures", #"["1"]"#, "/structures/0 wrong-format"),
            ("valid_from", #""x""#, "/valid_from wrong-format"),
            ("url", #""ftp://a.example""#, "/url wrong-format"), ("phone", #""1""#, "/phone wrong-format"),
        ])
    func schemeMistakes(member: String, value: String?, violation: String) throws {
        #expect(try read(SchemeDraft.self, Self.scheme, [member: value]).violations == [violation])
    }

    @Test("a scheme does not end before it begins")
    func schemeDays() throws {
        let days = ["valid_from": #""2026-02-02""#, "valid_until": #""2026-02-01""#]
        #expect(try read(SchemeDraft.self, Self.scheme, days).violations == ["/valid_until out-of-range"])
        let year = ["valid_from": #""2026-01-01""#, "valid_until": #""2026-12-31""#]
        let scheme = try #require(try read(SchemeDraft.self, Self.scheme, year).draft)
        let verdicts = try ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"].map { text in
            scheme.isValid(on: try #require(CalendarDate(text: text)))
        }
        #expect(verdicts == [false, true, true, false])
    }

    @Test(
        "a resource must be somewhere: what is called has a number",
        arguments: [
            ([:], []), (["url": nil], ["/url required"]), (["url": nil, "phone": #""0240000000""#], []),
            (["kind": #""numero-vert""#], ["/phone required"]),
            (["kind": #""plateforme-telephonique""#, "url": nil], ["/phone required"]),
            (["languages": #"["français"]"#], ["/languages/0 wrong-format"]),
            (["published_on": #""2026-02-30""#], ["/published_on wrong-format"]),
        ] as [([String: String?], [String])])
    func resources(changes: [String: String?], violations: [String]) throws {
        #expect(try read(ResourceDraft.self, Self.resource, changes).violations == violations)
    }

    @Test("all mistakes are told at once")
    func allAtOnce() throws {
        let changes = [
            "title": "1", "kind": nil, "starts_at": #""x""#, "place": nil, "region": "52", "capacity": "-1", "fee": "1",
        ]
        let found = Set(try read(AgendaEventDraft.self, Self.event, changes).violations)
        let expected: Set = [
            "/title wrong-type", "/kind required", "/starts_at wrong-format", "/place no-place", "/region wrong-type",
            "/capacity out-of-range", "/fee unknown-member",
        ]
        #expect(found == expected)
    }

    @Test("what is stored is read back as it was")
    func stored() throws {
        func isReadBack<Draft: ListingDraft>(_ draft: Draft?) throws -> Bool {
            let draft = try #require(draft)
            return try ObjectReader.read(JSONValue(parsing: draft.storedJSON)) { Draft($0) } == draft
        }
        let everything = [
            "description": #""a\nb""#, "online_url": #""https://a.example""#,
            "place": #"{"name":"Halle","street":"1 rue A","postal_code":"44600","commune":"44184"}"#,
            "organiser_id": #""019b76da-a800-71e1-aebf-12a7ec0c6887""#, "territories": #"["territoire-spro:52-02"]"#,
            "audiences": #"["salarie"]"#, "capacity": "30", "cancelled": "true", "source": #""essai""#,
            "registration": #"{"required":true,"url":"https://b.example","phone":"02 40 00 00 00"}"#,
        ]
        #expect(try isReadBack(try read(AgendaEventDraft.self, Self.event, everything).draft))
        #expect(try isReadBack(try read(AgendaEventDraft.self, Self.event).draft))
        let scheme = [
            "themes": #"["vae","emploi"]"#, "situations": #"["parent"]"#, "networks": #"["cio"]"#,
            "structures": #"["019b76da-a800-71e1-aebf-12a7ec0c6887"]"#, "conditions": #""x""#,
            "how_to_access": #""y""#, "url": #""https://a.example""#, "phone": #""3939""#,
            "valid_from": #""2026-01-01""#, "valid_until": #""2026-01-01""#, "source": #""essai""#,
        ]
        #expect(try isReadBack(try read(SchemeDraft.self, Self.scheme, scheme).draft))
        let resource = [
            "description": #""x""#, "phone": #""0240000000""#, "languages": #"["fr","ar"]"#, "publisher": #""CRIJ""#,
            "published_on": #""2026-01-01""#, "source": #""essai""#, "audiences": #"["etudiant"]"#,
        ]
        #expect(try isReadBack(try read(ResourceDraft.self, Self.resource, resource).draft))
    }
}
