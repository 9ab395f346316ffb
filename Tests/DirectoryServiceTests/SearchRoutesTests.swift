import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("GET /v1/structures")
struct SearchRoutesTests {
    @Test("answers structures with distance and competence, and says nothing where there is nothing to say")
    func shape() async throws {
        try await withDirectory(Example.all) { directory in
            let answer = try await directory.get("/v1/structures?commune=44184")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == ["application/json"])
            let json = try answer.json
            #expect(json.object?.members.map(\.name) == ["items", "next_cursor"])
            #expect(json["next_cursor"] == JSONValue.null)
            let items = try #require(json["items"]?.array)
            // Competent from afar after competent and near; Nantes is 53 km away; a contact point waits to be asked for.
            try #require(
                items.map { $0["name"]?.string } == ["Mission locale de Saint-Nazaire", "Plateforme régionale"])
            let mission = items[0]
            #expect(
                mission.object?.members.map(\.name) == [
                    "id", "parent_id", "name", "region", "networks", "status", "label", "siret", "address", "location",
                    "located_in", "participates_in", "contact", "opening_hours", "closures", "accessibility",
                    "languages", "staff", "logo_displayed_on", "source", "verified_on", "record_completeness",
                    "service_kinds", "updated_at", "version", "distance_m", "competent", "open_now",
                ])
            #expect(mission["id"] == .string(Example.mission.id.text))
            #expect(mission["competent"] == true)
            #expect(try #require(mission["distance_m"]?.int) < 3000)
            #expect(mission["region"] == "52")
            #expect(mission["version"] == 1)
            #expect(mission["address"]?["commune_name"] == "Saint-Nazaire")
            #expect(mission["address"]?["department"] == "44")
            #expect(mission["address"]?["region"] == "52")
            #expect(
                mission["location"] == [
                    "latitude": .number(JSONNumber(text: "47.28148")),
                    "longitude": .number(JSONNumber(text: "-2.25144")), "precision": "rue",
                ])
            #expect(
                mission["located_in"]?.array?.compactMap { $0["kind"]?.string } == ["territoire-spro", "departement"])
            #expect(mission["service_kinds"] == ["cep-conseil"])
            #expect(RFC3339.parse(mission["updated_at"]?.string ?? "") != nil)
            #expect(items[1]["distance_m"] == JSONValue.null)
            #expect(items[1]["competent"] == true)

            let full = try await directory.get("/v1/structures?commune=44184&include=services").json
            #expect(full["items"]?[0]?["services"]?[0]?["zones"] == [["type": "commune", "code": "44184"]])
            #expect(full["items"]?[0]?["services"]?[0]?["id"] == .string(Example.mission.offers[0].id.text))

            let near = try await directory.get("/v1/structures?near=47.2300,-1.5500&radius_km=1").json
            #expect(near["items"]?.array?.count == 1)
            #expect(near["items"]?[0]?["name"] == "CIO de Nantes")
            #expect(near["items"]?[0]?["distance_m"] == 235)
            #expect(near["items"]?[0]?.object?["competent"] == nil)

            let region = try await directory.get("/v1/structures?region=53").json
            #expect(region["items"]?.array?.map { $0["name"]?.string } == ["Mission locale de Rennes"])
            #expect(region["items"]?[0]?["distance_m"] == JSONValue.null)
            #expect(region["items"]?[0]?.object?["competent"] == nil)

            let contact = try await directory.get("/v1/structures?commune=44184&status=point-de-contact").json
            #expect(contact["items"]?.array?.map { $0["name"]?.string } == ["Mairie de Saint-Nazaire"])
            #expect(contact["items"]?[0]?["competent"] == true)
        }
    }

    @Test("refuses every wrong parameter by its name")
    func parameters() async throws {
        let wrong: [(query: String, pointers: Set<String>, code: String)] = [
            ("comune=44184", ["comune"], "unknown-parameter"),
            ("Commune=44184", ["Commune"], "unknown-parameter"),
            ("page=2", ["page"], "unknown-parameter"),
            ("commune=44184&commune=44184", ["commune"], "repeated-parameter"),
            ("near=47.2,-1.5&near=47.2,-1.5", ["near"], "repeated-parameter"),
            ("limit=5&limit=5", ["limit"], "repeated-parameter"),
            ("commune=", ["commune"], "wrong-format"),
            ("commune=4418", ["commune"], "wrong-format"),
            ("commune=44184a", ["commune"], "wrong-format"),
            ("commune=44999", ["commune"], "unknown-commune"),
            ("commune=2a004", ["commune"], "wrong-format"),
            ("near=47.2", ["near"], "wrong-format"),
            ("near=47.2,-1.5,3", ["near"], "wrong-format"),
            ("near=NaN,NaN", ["near"], "wrong-type"),
            ("near=inf,0", ["near"], "wrong-type"),
            ("near=1e1,2", ["near"], "wrong-type"),
            ("near=0x10,2", ["near"], "wrong-type"),
            ("near=+47,2", ["near"], "wrong-type"),
            ("near=47.2,%20-1.5", ["near"], "wrong-type"),
            ("near=,", ["near"], "wrong-type"),
            ("near=91,0", ["near"], "out-of-range"),
            ("near=47,181", ["near"], "out-of-range"),
            ("near=-1.55,47.2", ["near"], "swapped-coordinates"),
            ("commune=44184&near=-2.25,47.28", ["near"], "swapped-coordinates"),
            ("radius_km=10", ["radius_km"], "radius-without-place"),
            ("region=52&radius_km=10", ["radius_km"], "radius-without-place"),
            ("commune=44184&radius_km=0", ["radius_km"], "out-of-range"),
            ("commune=44184&radius_km=20001", ["radius_km"], "out-of-range"),
            ("commune=44184&radius_km=-5", ["radius_km"], "out-of-range"),
            ("commune=44184&radius_km=5.5", ["radius_km"], "wrong-type"),
            ("commune=44184&radius_km=05", ["radius_km"], "wrong-type"),
            ("commune=44184&radius_km=ten", ["radius_km"], "wrong-type"),
            ("commune=44184&radius_km=99999999999999999999", ["radius_km"], "wrong-type"),
            ("network=", ["network"], "wrong-format"),
            ("network=Mission%20locale", ["network"], "wrong-format"),
            ("network=cio,,apec", ["network"], "wrong-format"),
            ("network=none-such", ["network"], "unknown-network"),
            ("network=cio,none-such", ["network"], "unknown-network"),
            ("service=advice", ["service"], "unknown-code"),
            ("service=cep-conseil,advice", ["service"], "unknown-code"),
            ("status=open", ["status"], "unknown-code"),
            ("territory=52-01", ["territory"], "wrong-format"),
            ("territory=canton:52-01", ["territory"], "wrong-format"),
            ("territory=epci:none", ["territory"], "unknown-territory"),
            ("territory=territoire-spro:52-02,territoire-spro:52-99", ["territory"], "unknown-territory"),
            ("department=99", ["department"], "unknown-department"),
            ("department=44,2A", ["department"], "unknown-department"),
            ("region=Bretagne", ["region"], "wrong-format"),
            ("region=99", ["region"], "unknown-region"),
            ("region=52,44", ["region"], "unknown-region"),
            ("department=4", ["department"], "wrong-format"),
            ("audience=everyone", ["audience"], "unknown-code"),
            ("audience=salarie,,scolaire", ["audience"], "unknown-code"),
            ("channel=fax", ["channel"], "unknown-code"),
            ("access=", ["access"], "unknown-code"),
            ("language=french", ["language"], "wrong-format"), ("language=xx", ["language"], "wrong-format"),
            ("accessibility=lift", ["accessibility"], "unknown-code"),
            ("label=yes", ["label"], "unknown-code"),
            ("sort=name", ["sort"], "unknown-code"),
            ("sort=distance", ["sort"], "sort-without-place"),
            ("region=52&sort=distance", ["sort"], "sort-without-place"),
            ("commune=44184&sort=distance&sort=distance", ["sort"], "repeated-parameter"),
            ("bbox=", ["bbox"], "wrong-format"),
            ("bbox=-2.6,47.1,-1.9", ["bbox"], "wrong-format"),
            ("bbox=-2.6,47.1,-1.9,NaN", ["bbox"], "wrong-type"),
            ("bbox=-2.6,47.1,-2.6,47.5", ["bbox"], "empty-box"),
            ("bbox=-1.9,47.1,-2.6,47.5", ["bbox"], "empty-box"),
            ("bbox=-2.6,47.5,-1.9,47.1", ["bbox"], "empty-box"),
            ("bbox=47.1,-2.6,47.5,-1.9", ["bbox"], "swapped-coordinates"),
            ("bbox=-190,47.1,-1.9,47.5", ["bbox"], "out-of-range"),
            ("bbox=0,0,1,1&bbox=0,0,1,1", ["bbox"], "repeated-parameter"),
            ("q=", ["q"], "wrong-length"),
            ("q=%2D%20%E2%80%99", ["q"], "wrong-format"),
            ("q=" + String(repeating: "a", count: 101), ["q"], "wrong-length"),
            ("facets=territory", ["facets"], "unknown-code"),
            ("facets=", ["facets"], "unknown-code"),
            ("limit=0", ["limit"], "out-of-range"),
            ("limit=101", ["limit"], "out-of-range"),
            ("limit=1e1", ["limit"], "wrong-type"),
            ("limit=", ["limit"], "wrong-type"),
            ("include=everything", ["include"], "unknown-code"),
            ("open_at=", ["open_at"], "wrong-format"),
            ("open_at=today", ["open_at"], "wrong-format"),
            ("open_at=2026-11-16T10:00:00", ["open_at"], "wrong-format"),
            ("open_at=2026-11-16T10:00:00+01:00", ["open_at"], "wrong-format"),
            ("open_at=now&open_at=now", ["open_at"], "repeated-parameter"),
            ("cursor=", ["cursor"], "wrong-length"),
            ("cursor=abc", ["cursor"], "invalid-cursor"),
            ("commune=%C3%28", ["commune"], "wrong-format"),
            ("commune=44184%zz", ["commune"], "wrong-format"),
        ]
        try await withDirectory(Example.all) { directory in
            for (query, pointers, code) in wrong {
                let answer = try await directory.get("/v1/structures?\(query)")
                try expectProblem(answer, 400, "invalid-parameters", at: pointers, "\(query)")
                let codes = try answer.json["errors"]?.array?.map { $0["code"]?.string }
                #expect(codes == [code], "\(query)")
            }
            let many = try await directory.get("/v1/structures?near=x&limit=0&foo=1&status=a,b")
            try expectProblem(many, 400, "invalid-parameters", at: ["near", "limit", "foo", "status"])
            let everything = "/v1/structures?network=" + Array(repeating: "cio", count: 51).joined(separator: ",")
            try expectProblem(try await directory.get(everything), 400, "invalid-parameters", at: ["network"])
        }
    }

    @Test("has an entity tag that holds until something changes, or the minute is over")
    func entityTag() async throws {
        try await withDirectory(Example.all) { directory in
            try await leaveTimeInThisMinute()
            let path = "/v1/structures?commune=44184"
            let first = try await directory.get(path)
            let tag = try #require(first.headers["etag"].first)
            #expect(try await directory.get(path).headers["etag"] == [tag])
            for condition in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let again = try await directory.get(path, [("If-None-Match", condition)])
                #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == [tag], "\(condition)")
            }
            #expect(try await directory.get(path, [("If-None-Match", "\"x\"")]).status == 200)
            let others = [
                path + "&limit=1", path + "&include=services", path + "&radius_km=31", path + "&network=cio",
                path + "&q=mission", path + "&sort=distance", path + "&bbox=-3,47,-2,48", path + "&audience=salarie",
                path + "&facets=network", "/v1/services?commune=44184", path + "&open_at=now",
                path + "&open_at=2026-11-16T09:00:00Z",
                "/v1/structures", "/v1/structures?commune=44109", "/v1/structures?near=47.28,-2.25",
            ]
            var tags = [tag]
            for other in others { tags += try await directory.get(other).headers["etag"] }
            #expect(Set(tags).count == others.count + 1)
            // The same question in other words.
            #expect(try await directory.get("/v1/structures?radius_km=30&commune=44184").headers["etag"] == [tag])

            let region = try await DirectoryFixture.region()
            let written = try await directory.update(
                Example.office.id, Example.office.body, token: region, ifMatch: "\"v1\"")
            #expect(written.status == 204)
            let changed = try await directory.get(path, [("If-None-Match", tag)])
            #expect(changed.status == 200 && changed.headers["etag"] != [tag])
        }
    }

    @Test("goes on by its Link to the end, whatever was asked")
    func link() async throws {
        try await withDirectory(Example.crowd(23) + Example.all) { directory in
            let questions = [
                "commune=44184", "near=47.28,-2.25", "near=47.28,0.00004&radius_km=200", "region=52",
                "commune=44184&near=47.28,-2.25&radius_km=45&network=cio,mission-locale&status=membre&status=signataire",
                "territory=departement:44&department=44&include=services", "", "open_at=now",
                "q=STRUCT%20st%20naz", "q=structure&commune=44184&sort=distance&facets=status,network",
                "near=47.28,-2.25&radius_km=20000&bbox=-2.5,47.00005,-2,47.5",
                "label=aucun,accorde&status=membre",
                "open_at=2026-11-16T09:00:00Z&commune=44184",
            ]
            for question in questions {
                var ids: [String] = []
                var next: String? = "/v1/structures?\(question)\(question.isEmpty ? "" : "&")limit=4"
                var pages = 0
                while let path = next {
                    let answer = try await directory.get(path)
                    try #require(answer.status == 200, "\(question): \(path)")
                    let json = try answer.json
                    ids += json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                    let link = answer.headers["link"].first
                    #expect((link == nil) == (json["next_cursor"] == JSONValue.null))
                    next = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
                    #expect(link.map { $0.hasSuffix(">; rel=\"next\"") } ?? true)
                    #expect(next.map { $0.contains(json["next_cursor"]?.string ?? "?") } ?? true)
                    pages += 1
                }
                let all = try await directory.get("/v1/structures?\(question)\(question.isEmpty ? "" : "&")limit=100")
                #expect(ids == (try all.json["items"]?.array?.compactMap { $0["id"]?.string }), "\(question)")
                #expect(pages >= 6 && Set(ids).count == ids.count, "\(question)")
            }
        }
    }

    @Test("takes a cursor only with its own search, and only as it was given")
    func cursors() async throws {
        try await withDirectory(Example.crowd(9)) { directory in
            let search = "/v1/structures?commune=44184&limit=4"
            let cursor = try #require(try await directory.get(search).json["next_cursor"]?.string)
            #expect(try await directory.get("\(search)&cursor=\(cursor)").status == 200)
            // The length of a page is not part of the question.
            #expect(try await directory.get("/v1/structures?commune=44184&limit=2&cursor=\(cursor)").status == 200)
            var forged = [cursor + "A", String(cursor.dropLast()), String(cursor.dropFirst()), cursor + "="]
            for place in stride(from: 0, to: cursor.count, by: 7) {
                var letters = Array(cursor)
                letters[place] = letters[place] == "A" ? "B" : "A"
                forged.append(String(letters))
            }
            for text in forged {
                let answer = try await directory.get("\(search)&cursor=\(text)")
                try expectProblem(answer, 400, "invalid-parameters", at: ["cursor"], "\(text)")
            }
            for other in [
                "commune=44109", "near=47.28,-2.25", "commune=44184&radius_km=31", "commune=44184&network=cio",
                "commune=44184&include=services", "commune=44184&status=membre", "limit=4",
            ] {
                let answer = try await directory.get("/v1/structures?\(other)&cursor=\(cursor)")
                try expectProblem(answer, 400, "invalid-parameters", at: ["cursor"], "\(other)")
            }
        }
    }
}
