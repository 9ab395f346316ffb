import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("The agenda")
struct AgendaTests {
    private func start(_ date: Date) -> String { RFC3339.format(date) }

    @Test("shows what is not over yet, by its beginning, page by page")
    func order() async throws {
        try await withDirectory(Example.all) { directory in
            let now = Date()
            func add(_ title: String, from: Double, to: Double) async throws {
                let body = Entry.event(title, starts: start(now + from), ends: start(now + to))
                _ = try await directory.add("agenda", body)
            }
            try await add("over", from: -7200, to: -60)
            try await add("later", from: 9000, to: 9900)
            try await add("running", from: -7200, to: 7200)
            for index in 0..<5 { try await add("together \(index)", from: 600, to: 900) }
            let all = try await directory.titles("/v1/agenda?limit=2")
            #expect(all.first == "running" && all.last == "later")
            #expect(all.dropFirst().dropLast().sorted() == (0..<5).map { "together \($0)" })
            #expect(try await directory.titles("/v1/agenda") == all)
            let yesterday = ParisClock.day(of: now - 86_400).text
            #expect(
                try await directory.titles("/v1/agenda?from=\(yesterday)&limit=1").sorted() == (all + ["over"]).sorted()
            )
            // What runs may have begun yesterday.
            let before = ParisClock.day(of: now - 2 * 86_400).text
            #expect(try await directory.titles("/v1/agenda?to=\(before)") == [])
            // A cursor belongs to its query.
            let cursor = try #require(try await directory.get("/v1/agenda?limit=1").json["next_cursor"]?.string)
            try expectProblem(
                try await directory.get("/v1/agenda?kind=forum&cursor=\(cursor)"), 400, "invalid-parameters",
                at: ["cursor"])
        }
    }

    /// The first day of summer time in Paris: it begins an hour before midnight in UTC, and has 23 hours.
    @Test("takes days for days of Paris, both included")
    func days() async throws {
        try await withDirectory(Example.all) { directory in
            let moments = [
                "28": "2099-03-28T22:30:00Z", "29a": "2099-03-28T23:30:00Z", "29b": "2099-03-29T21:30:00Z",
                "30": "2099-03-29T22:30:00Z",
            ]
            for (title, start) in moments {
                let end = RFC3339.format(try #require(RFC3339.parse(start)) + 600)
                _ = try await directory.add("agenda", Entry.event(title, starts: start, ends: end))
            }
            #expect(try await directory.titles("/v1/agenda?from=2099-03-29&to=2099-03-29") == ["29a", "29b"])
            #expect(try await directory.titles("/v1/agenda?to=2099-03-28") == ["28"])
            #expect(try await directory.titles("/v1/agenda?from=2099-03-30") == ["30"])
            #expect(try await directory.titles("/v1/agenda?to=9999-12-31").count == 4)
            for query in ["from=2099-03-02&to=2099-03-01", "from=demain", "to=2099-02-30", "from=", "organiser=x"] {
                #expect(try await directory.get("/v1/agenda?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test("is filtered by place, audience, kind and organiser")
    func filters() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            func add(_ title: String, _ more: String, region code: String = "52") async throws {
                let token = code == "52" ? region : try await DirectoryFixture.region(code)
                _ = try await directory.add("agenda", Entry.event(title, region: code, with: more), token: token)
            }
            let online = #""online_url":"https://visio.example""#
            try await add("region", online)
            try await add("territory", online + #","territories":["territoire-spro:52-02"],"audiences":["salarie"]"#)
            try await add("department", online + #","territories":["departement:44"],"audiences":["tout-public"]"#)
            // It is for Nantes, and takes place at Saint-Nazaire.
            try await add("visit", #""place":{"commune":"44184"},"territories":["territoire-spro:52-01"]"#)
            try await add(
                "pupils",
                online + #","territories":["territoire-spro:52-06"],"audiences":["scolaire"],"#
                    + #""organiser_id":"\#(Example.office.id.text)""#)
            try await add("breton", online, region: "53")
            func found(_ query: String) async throws -> Set<String> {
                let answer = try await directory.get("/v1/agenda?limit=100&\(query)")
                #expect(answer.status == 200, "\(query): \(answer.text)")
                return Set(try answer.json["items"]?.array?.compactMap { $0["title"]?.string } ?? [])
            }
            let loire: Set = ["region", "territory", "department", "visit", "pupils"]
            #expect(try await found("region=52") == loire)
            #expect(try await found("region=53&region=52") == loire.union(["breton"]))
            #expect(try await found("commune=44184") == ["region", "territory", "department", "visit"])
            #expect(try await found("commune=44109") == ["region", "department", "visit"])
            #expect(try await found("commune=35238") == ["breton"])
            #expect(
                try await found("territory=territoire-spro:52-02") == ["region", "territory", "department", "visit"])
            #expect(try await found("territory=territoire-spro:52-06") == ["region", "pupils"])
            #expect(try await found("territory=departement:44") == ["region", "territory", "department", "visit"])
            // Who names nobody is for everybody, and so is who names everybody.
            #expect(try await found("region=52&audience=salarie") == ["region", "territory", "department", "visit"])
            #expect(try await found("region=52&audience=scolaire") == ["region", "pupils", "department", "visit"])
            #expect(try await found("organiser=\(Example.office.id.text)") == ["pupils"])
            #expect(try await found("kind=salon") == [])
            #expect(try await found("kind=salon,forum&region=53") == ["breton"])
            try expectProblem(
                try await directory.get(
                    "/v1/agenda?commune=99999&territory=epci:none&region=99&kind=x&audience=y&limit=0&colour=blue"),
                400, "invalid-parameters",
                at: ["commune", "territory", "region", "kind", "audience", "limit", "colour"])
        }
    }

    @Test("shows an event with its place, and an answer's members are not taken back")
    func shown() async throws {
        try await withDirectory(Example.all) { directory in
            let more =
                #""place":{"name":"Halle","street":"1 rue A","postal_code":"44600","commune":"44184"},"#
                + #""online_url":"https://v.example","registration":{"required":true,"phone":"02 40 00 00 00"}"#
            let id = try await directory.add("agenda", Entry.event("Salon", with: more))
            let event = try await directory.get("/v1/agenda/\(id.text)").json
            #expect(event["place"]?["commune_name"] == "Saint-Nazaire" && event["place"]?["department"] == "44")
            #expect(event["time_zone"] == "Europe/Paris" && event["modality"] == "hybride")
            #expect(event["registration"]?["phone"] == "0240000000" && event["cancelled"] == .bool(false))
            let region = try await DirectoryFixture.region()
            var json = JSONWriter()
            json.value(event)
            let answer = try await directory.send(
                .PUT, "/v1/agenda/\(id.text)", String(decoding: json.bytes, as: UTF8.self), token: region,
                ifMatch: "\"v1\"")
            try expectProblem(
                answer, 422, "invalid-body",
                at: [
                    "/id", "/version", "/updated_at", "/time_zone", "/modality", "/place/commune_name",
                    "/place/department",
                ])
        }
    }

    @Test("is iCalendar for whoever asks for it")
    func calendar() async throws {
        try await withDirectory(Example.all) { directory in
            let more =
                #""place":{"name":"Halle; nord","commune":"44184"},"description":"Un,\ndeux","cancelled":true,"#
                + #""registration":{"required":true,"url":"https://r.example/1"}"#
            let id = try await directory.add("agenda", Entry.event("Métiers de l’eau, de l’air", with: more))
            let (path, accept) = ("/v1/agenda/\(id.text)", [("Accept", "text/calendar")])
            let answer = try await directory.get(path, accept)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == ["text/calendar; charset=utf-8"])
            #expect(answer.headers["vary"] == ["Accept"])
            let lines = answer.text.replacing("\r\n ", with: "").components(separatedBy: "\r\n")
            let revised = try #require(lines.first { $0.hasPrefix("DTSTAMP:") })
            #expect(
                lines == [
                    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SPRO//DirectoryService//FR", "BEGIN:VEVENT",
                    "UID:\(id.text)", revised, "LAST-MODIFIED:" + revised.dropFirst(8), "SEQUENCE:0",
                    "DTSTART:20990302T080000Z", "DTEND:20990302T160000Z", "STATUS:CANCELLED",
                    #"SUMMARY:Métiers de l’eau\, de l’air"#, #"DESCRIPTION:Un\,\ndeux"#,
                    #"LOCATION:Halle\; nord\, Saint-Nazaire"#, "URL:https://r.example/1", "CATEGORIES:Forum",
                    "END:VEVENT", "END:VCALENDAR", "",
                ])
            let list = try await directory.get("/v1/agenda?commune=44184", accept)
            #expect(list.text == answer.text)
            let tag = try #require(list.headers["etag"].first)
            let again = try await directory.get("/v1/agenda?commune=44184", accept + [("If-None-Match", tag)])
            #expect(again.status == 304 && again.body.isEmpty && again.headers["vary"] == ["Accept"])
            let json = try await directory.get(path)
            #expect(json.headers["content-type"] == ["application/json"] && json.headers["etag"] != [tag])
            try expectProblem(try await directory.get(path, [("Accept", "text/csv")]), 406, "not-acceptable")
            // A list of no dates is no calendar.
            try expectProblem(try await directory.get("/v1/schemes", accept), 406, "not-acceptable")
            // What repeats has a next page in this form, too.
            _ = try await directory.add("agenda", Entry.event("Autre"))
            let first = try await directory.get("/v1/agenda?limit=1", accept)
            #expect(first.headers["link"].first?.hasPrefix("</v1/agenda?limit=1&cursor=") == true)
        }
    }
}
