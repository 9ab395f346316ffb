import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Opening hours in the directory's answers")
struct OpeningsRoutesTests {
    private static func keeping(_ hours: String?, _ sketch: Sketch) -> Sketch {
        var sketch = sketch
        sketch.openingHours = hours
        return sketch
    }

    private static let mission = keeping("Mo-Fr 09:00-12:30,13:30-17:00; PH off", Example.mission)
    private static let always = keeping("24/7", Example.office)
    private static let never = keeping("off", Example.bretonne)
    private static let asked = keeping("Mo-Su \"sur rendez-vous\"", Example.platform)
    private static let all = [mission, always, never, asked, Example.townHall]

    private func path(_ sketch: Sketch, _ query: String = "") -> String {
        "/v1/structures/\(sketch.id.text)/openings\(query)"
    }

    /// `from to state` of each opening.
    private func openings(_ json: JSONValue?) -> [String]? {
        json?["openings"]?.array?.map {
            "\($0["from"]?.string ?? "") \($0["to"]?.string ?? "") \($0["state"]?.string ?? "")"
        }
    }

    @Test("the openings of a week, with its holiday, in instants")
    func week() async throws {
        try await withDirectory(Self.all) { directory in
            let answer = try await directory.get(path(Self.mission, "?from=2026-11-10&to=2026-11-12"))
            #expect(answer.status == 200 && answer.headers["cache-control"] == ["private, no-cache"])
            let json = try answer.json
            #expect(
                json.object?.members.map(\.name) == [
                    "id", "from", "to", "time_zone", "opening_hours", "state", "next_change", "openings", "services",
                ])
            #expect(json["id"] == .string(Self.mission.id.text) && json["time_zone"] == "Europe/Paris")
            #expect(json["from"] == "2026-11-10" && json["to"] == "2026-11-12" && json["services"] == [])
            #expect(
                openings(json) == [
                    "2026-11-10T08:00:00Z 2026-11-10T11:30:00Z open", "2026-11-10T12:30:00Z 2026-11-10T16:00:00Z open",
                    "2026-11-12T08:00:00Z 2026-11-12T11:30:00Z open", "2026-11-12T12:30:00Z 2026-11-12T16:00:00Z open",
                ])
            #expect(["open", "closed"].contains(json["state"]?.string))
            #expect(RFC3339.parse(json["next_change"]?.string ?? "").map { $0 > Date() } == true)

            let always = try await directory.get(path(Self.always, "?from=2026-03-28&to=2026-03-29")).json
            #expect(openings(always) == ["2026-03-27T23:00:00Z 2026-03-29T22:00:00Z open"])
            #expect(always["state"] == "open" && always["next_change"] == JSONValue.null)
            let asked = try await directory.get(path(Self.asked, "?from=2026-03-01&to=2026-03-01")).json
            #expect(asked["openings"]?[0]?["comment"] == "sur rendez-vous" && asked["state"] == "unknown")
            let unknown = try await directory.get(path(Example.townHall)).json
            for name in ["opening_hours", "state", "next_change", "openings"] {
                #expect(unknown[name] == JSONValue.null)
            }
        }
    }

    @Test("a closure closes also whose hours nobody knows, in the search and here")
    func closureWithoutHours() async throws {
        var closed = Example.townHall
        let today = ParisClock.today.daysSinceEpoch
        func day(_ number: Int) -> String { CalendarDate(daysSinceEpoch: number)?.text ?? "" }
        closed.closure = (day(today - 1), day(today + 1))
        try await withDirectory([closed]) { [closed] directory in
            let found = try await directory.get("/v1/structures?status=point-de-contact").json["items"]?[0]
            #expect(found?["open_now"] == false)
            let shown = try await directory.get(path(closed)).json
            #expect(shown["state"] == "closed")
            for name in ["opening_hours", "next_change", "openings"] { #expect(shown[name] == JSONValue.null) }
        }
    }

    @Test("a week from today unless others are asked for, 62 days at most")
    func window() async throws {
        try await withDirectory(Self.all) { directory in
            let before = ParisClock.today.daysSinceEpoch
            let json = try await directory.get(path(Self.always)).json
            let days = before...ParisClock.today.daysSinceEpoch
            let from = try #require(CalendarDate(text: json["from"]?.string ?? "")).daysSinceEpoch
            #expect(days.contains(from))
            #expect(CalendarDate(text: json["to"]?.string ?? "")?.daysSinceEpoch == from + 6)
            #expect(try await directory.get(path(Self.always, "?from=2026-01-01&to=2026-03-03")).status == 200)
            for (query, pointers) in [
                ("?from=2026-01-01&to=2026-03-04", ["to"]), ("?from=2026-01-02&to=2026-01-01", ["to"]),
                ("?from=1999-12-31", ["from"]), ("?to=2100-01-01", ["to"]), ("?from=today&day=1", ["from", "day"]),
                ("?from=2026-01-01&from=2026-01-02", ["from"]),
            ] as [(String, Set<String>)] {
                let answer = try await directory.get(path(Self.always, query))
                try expectProblem(answer, 400, "invalid-parameters", at: pointers, "\(query)")
            }
            for other in ["019b76da-a800-7725-8e42-0000000000ff", "x"] {
                try expectProblem(try await directory.get("/v1/structures/\(other)/openings"), 404, "not-found")
            }
        }
    }

    @Test("a service's own hours, and why nobody knows them")
    func services() async throws {
        let json = Self.mission.body.replacingOccurrences(
            of: #""kind":"cep-conseil","#, with: #""kind":"cep-conseil","opening_hours":"Tu 14:00-17:00; SH off","#)
        try await withDirectory(Self.all) { directory in
            let region = try await DirectoryFixture.region()
            let written = try await directory.update(Self.mission.id, json, token: region, ifMatch: "\"v1\"")
            #expect(written.status == 204)
            let shown = try await directory.get(path(Self.mission, "?from=2026-11-09&to=2026-11-11")).json
            #expect(shown["services"]?[0]?["kind"] == "cep-conseil")
            #expect(openings(shown["services"]?[0]) == ["2026-11-10T13:00:00Z 2026-11-10T16:00:00Z open"])
            // Beyond the school calendars that are known.
            let later = try await directory.get(path(Self.mission, "?from=2031-11-03&to=2031-11-09")).json
            #expect(openings(later["services"]?[0]) == ["2031-11-04T13:00:00Z 2031-11-04T16:00:00Z unknown"])
            #expect(later["services"]?[0]?["openings"]?[0]?["reason"] == "school-calendar")
        }
    }

    @Test("searches say who is open now, and find who is surely open at a time, as soon as it is written")
    func search() async throws {
        try await withDirectory(Self.all) { directory in
            func found(_ query: String) async throws -> [String?] {
                let json = try await directory.get("/v1/structures?\(query)&limit=100").json
                return (json["items"]?.array ?? []).map { $0["name"]?.string }.sorted { $0 ?? "" < $1 ?? "" }
            }
            let items = try await directory.get("/v1/structures").json["items"]?.array ?? []
            let now = Dictionary(items.map { ($0["id"]?.string ?? "", $0["open_now"]) }) { first, _ in first }
            #expect(now[Self.always.id.text] == true && now[Self.never.id.text] == false)
            #expect(now[Self.asked.id.text] == JSONValue.null)
            #expect(try await found("open_at=now&status=membre,service-dematerialise") == [Self.always.name])
            #expect(try await found("open_at=2026-11-16T09:00:00Z") == [Self.always.name, Self.mission.name])
            #expect(try await found("open_at=2026-11-16T10:00:00%2B01:00&region=52&network=cio") == [Self.always.name])
            // 11 November.
            #expect(try await found("open_at=2026-11-11T09:00:00Z") == [Self.always.name])
            #expect(try await found("open_at=2026-11-16T09:00:00Z&region=53").isEmpty)

            // The overlay has it at once, and the base's hours no longer count.
            let region = try await DirectoryFixture.region()
            var closed = Self.keeping("24/7", Self.always)
            closed.closure = ("2026-11-16", "2026-11-17")
            let written = try await directory.update(closed.id, closed.body, token: region, ifMatch: "\"v1\"")
            #expect(written.status == 204)
            #expect(try await found("open_at=2026-11-16T09:00:00Z") == [Self.mission.name])
            #expect(try await found("open_at=2026-11-18T02:00:00Z") == [Self.always.name])
        }
    }

    @Test("tags hold within the minute")
    func tags() async throws {
        try await withDirectory(Self.all) { directory in
            try await leaveTimeInThisMinute()
            for path in ["/v1/structures", path(Self.mission)] {
                let tag = try #require(try await directory.get(path).headers["etag"].first)
                let again = try await directory.get(path, [("If-None-Match", tag)])
                #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == [tag], "\(path)")
            }
        }
        // The minute takes part in the tag, not in what a cursor belongs to.
        func search(_ now: Date) throws -> SearchParameters {
            try SearchParameters(
                QueryReader([]), geography: .empty, networks: .test(), cursors: CursorCoder.test, now: now)
        }
        let minute = Date(timeIntervalSince1970: 1_795_000_020)
        let first = try search(minute)
        #expect(first.entityTag(at: 1) == (try search(minute.addingTimeInterval(59))).entityTag(at: 1))
        #expect(first.entityTag(at: 1) != (try search(minute.addingTimeInterval(60))).entityTag(at: 1))
        #expect(first.canonical == (try search(minute.addingTimeInterval(60))).canonical)
    }

    @Test("a cursor keeps the minute that `now` meant")
    func cursor() throws {
        func search(_ items: [(String, String)], _ local: String) throws -> SearchParameters {
            try SearchParameters(
                QueryReader(items.map { (name: $0.0, value: $0.1) }), geography: .empty, networks: .test(),
                cursors: CursorCoder.test, now: paris(local))
        }
        let first = try search([("open_at", "now")], "2026-11-16 16:59")
        let key = SortKey(rank: 1, squaredChord: .infinity, tie: 7, id: UUID())
        let next = try search(
            [("open_at", "now"), ("cursor", first.cursor(after: key, CursorCoder.test))], "2026-11-17 00:01")
        #expect(next.query.openAt == first.query.openAt && next.query.day == first.query.day)
        #expect(next.query.openAt == ParisTime.Wall(day: first.query.day, minute: 16 * 60 + 59))
        #expect(next.query.after == key && next.now != first.now)
        #expect(throws: Refusal.self) {
            try search(
                [("open_at", "now"), ("cursor", first.cursor(after: key, CursorCoder.test)), ("region", "52")],
                "2026-11-16 17:00")
        }
    }

    @Test("hours that cannot be computed with are refused with their position, written and imported")
    func refused() async throws {
        let wrong = Self.keeping("Mo-Fr 9:00-12:00", Self.mission)
        try await withDirectory(Self.all) { directory in
            let region = try await DirectoryFixture.region()
            let before = try await directory.stored
            let answer = try await directory.update(wrong.id, wrong.body, token: region, ifMatch: "\"v1\"")
            try expectProblem(answer, 422, "invalid-body", at: ["/opening_hours"])
            let violation = try answer.json["errors"]?[0]
            #expect(violation?["code"] == "opening-hours-syntax")
            #expect(violation?["detail"] == "Position 7 : une heure sur deux chiffres est attendue, comme 09:00.")
            #expect(try await directory.stored == before)
            let report = try await importReport(
                .structures, Array((Self.always.line + "\n" + wrong.line).utf8), into: directory.database)
            #expect(report.complaints.map(\.line) == [2])
            #expect(report.complaints.map(\.pointer) == ["/opening_hours"])
            #expect(report.complaints.first?.detail.en.hasPrefix("Position 7: ") == true)
            #expect(try await directory.stored == before)
        }
    }

    @Test("hours stored before they were judged are shown, known to nobody, and mended by the next who writes")
    func stored() async throws {
        try await withDirectory(Self.all) { directory in
            try await Connection.with(directory.database.superuserConfiguration) { connection in
                _ = try await connection.query(
                    """
                    update structures set document = jsonb_set(document, '{opening_hours}', '"lundi"'),
                        version = version + 1, changed_xid = pg_current_xact_id()
                    where id = \(Self.always.id)
                    """)
            }
            try await eventually(within: .seconds(5)) {
                try await directory.get("/v1/structures/\(Self.always.id.text)").json["opening_hours"] == "lundi"
            }
            let json = try await directory.get(path(Self.always)).json
            #expect(json["opening_hours"] == "lundi" && json["openings"] == JSONValue.null)
            let region = try await DirectoryFixture.region()
            let same = Self.keeping("lundi", Self.always)
            let refused = try await directory.update(same.id, same.body, token: region, ifMatch: "\"v2\"")
            try expectProblem(refused, 422, "invalid-body", at: ["/opening_hours"])
            let mended = try await directory.update(same.id, Self.always.body, token: region, ifMatch: "\"v2\"")
            #expect(mended.status == 204)
        }
    }
}

extension CursorCoder {
    static let test = CursorCoder(Settings(environment: DirectoryFixture.settings))
}
