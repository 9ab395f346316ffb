import Charters
import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("A procedure's table, labels and criteria")
struct ProcedureTests {
    private func table(_ region: String) throws -> ProcedureTable {
        let charters = try CharterSet.load(from: Repository.path("charters"))
        return ProcedureTable(procedure: try #require(charters.charters[region]?.label))
    }

    @Test("allows in each state what the charter has, and nothing else")
    func allowed() throws {
        let (normandie, paca) = (try table("28"), try table("93"))
        func steps(_ table: ProcedureTable, _ state: ApplicationState, _ taken: String...) -> String {
            let standing = ProcedureTable.Standing(state: state, isInForce: true, taken: taken)
            return table.steps(in: standing, for: .region).map(\.rawValue).joined(separator: " ")
        }
        #expect(steps(normandie, .filed, "depot") == "instruction")
        #expect(steps(normandie, .examined, "depot", "instruction") == "entretien vote")
        #expect(steps(normandie, .examined, "depot", "instruction", "entretien") == "entretien vote")
        #expect(steps(normandie, .examined, "depot", "instruction", "vote") == "decision")
        #expect(steps(normandie, .granted) == "suspension retrait")
        #expect(steps(normandie, .suspended) == "fin-suspension retrait")
        #expect(steps(paca, .filed, "depot") == "decision")
        #expect(steps(paca, .granted) == "")
        for state in [ApplicationState.draft, .refused, .withdrawn, .givenUp] {
            #expect(steps(normandie, state) == "" && steps(paca, state) == "")
        }
        // The list goes to the prefecture where the charter says so, and before it is public.
        let granted = ProcedureTable.Standing(state: .granted, taken: ["depot"])
        #expect(normandie.flaw(of: .publication, by: .region, in: granted)?.code == "step-too-early")
        #expect(normandie.flaw(of: .prefecture, by: .region, in: granted) == nil)
        #expect(paca.flaw(of: .publication, by: .region, in: granted) == nil)
        #expect(paca.flaw(of: .prefecture, by: .region, in: granted)?.code == "step-not-in-charter")
    }

    @Test("an examiner takes what the charter delegates, and no more")
    func examiner() throws {
        let table = try table("28")
        for state in ApplicationState.allCases {
            for taken in [["depot"], ["depot", "instruction"], ["depot", "instruction", "vote"]] {
                let standing = ProcedureTable.Standing(state: state, isInForce: true, taken: taken)
                let steps = Set(table.steps(in: standing, for: .examiner))
                #expect(steps.isSubset(of: [.examination, .interview]))
                #expect(steps.isSubset(of: Set(table.steps(in: standing, for: .region))))
            }
        }
    }

    @Test("a label is what a structure's applications have come to, in whatever order one looks at them")
    func standings() throws {
        let days = ["2020-10-12", "2023-10-09", "2024-01-05"].compactMap { CalendarDate(text: $0) }
        try #require(days.count == 3)
        func standing(_ number: Int, _ state: ApplicationState, _ decided: Int, lost: Int? = nil) -> LabelRule.Standing
        {
            LabelRule.Standing(
                application: CandidateSketch(70 + number).id, call: CandidateSketch(80 + number).id,
                charter: "28@\(number).0.0", state: state, decidedOn: days[decided], lostOn: lost.map { days[$0] },
                filedAt: nil)
        }
        func label(_ standings: LabelRule.Standing...) -> String? {
            let found = [standings, standings.reversed()].map { LabelRule.governing($0)?.label }
            #expect(found[0] == found[1])
            return found[0].map { "\($0.state) \($0.charter ?? "") \($0.decidedOn?.text ?? "")" }
        }
        #expect(label() == nil)
        #expect(label(standing(1, .granted, 0)) == "accorde 28@1.0.0 2020-10-12")
        #expect(label(standing(1, .suspended, 0, lost: 2)) == "suspendu 28@1.0.0 2024-01-05")
        // What is not public yet, or gives nothing, changes nothing.
        for state in [ApplicationState.filed, .examined, .refused, .givenUp, .draft] {
            #expect(label(standing(1, state, 0)) == nil)
            #expect(label(standing(1, .withdrawn, 0, lost: 1), standing(2, state, 2)) == "retire 28@1.0.0 2023-10-09")
        }
        // A renewal prevails; what one call gave, the loss of another's does not take.
        #expect(label(standing(1, .granted, 0), standing(2, .granted, 1)) == "accorde 28@2.0.0 2023-10-09")
        #expect(label(standing(1, .granted, 0), standing(2, .suspended, 1, lost: 2)) == "accorde 28@1.0.0 2020-10-12")
        #expect(label(standing(1, .withdrawn, 0, lost: 2), standing(2, .granted, 1)) == "accorde 28@2.0.0 2023-10-09")
        #expect(
            label(standing(1, .withdrawn, 0, lost: 2), standing(2, .suspended, 1, lost: 2))
                == "suspendu 28@2.0.0 2024-01-05")
        #expect(label(standing(1, .granted, 1), standing(2, .granted, 1)) == "accorde 28@2.0.0 2023-10-09")
    }

    @Test("what is told of a label: each change, and a refusal of whom has none")
    func told() {
        let label = { (state: String) in Label(state: state, charter: "28@1.0.0", decidedOn: nil) }
        #expect(LabelRule.told(after: .granted, from: nil, to: label("accorde")) == "accorde")
        #expect(LabelRule.told(after: .withdrawn, from: label("accorde"), to: label("retire")) == "retire")
        // Another call's grant stands.
        #expect(LabelRule.told(after: .withdrawn, from: label("accorde"), to: label("accorde")) == nil)
        #expect(LabelRule.told(after: .refused, from: nil, to: nil) == "refuse")
        #expect(LabelRule.told(after: .refused, from: label("retire"), to: label("retire")) == "refuse")
        for held in ["accorde", "suspendu"] {
            #expect(LabelRule.told(after: .refused, from: label(held), to: label(held)) == nil)
        }
    }

    @Test("a day of a call is one of its own zone")
    func zones() throws {
        let paca = try table("93").procedure
        var json = JSONWriter()
        json.object { paca.write(to: &$0) }
        let text = String(decoding: json.bytes, as: UTF8.self)
            .replacing(#""closes_at":null"#, with: #""closes_at":"2020-12-18T12:00""#)
            .replacing(#""time_zone":null"#, with: #""time_zone":"Indian/Reunion""#)
            .replacing(#""closes_at_quote":null"#, with: #""closes_at_quote":"18 décembre""#)
        let reunion = CallClock(
            of: try ObjectReader.read(try JSONValue(parsing: Array(text.utf8))) { LabelProcedure($0) })
        #expect(reunion.zone.identifier == "Indian/Reunion")
        let evening = try #require(RFC3339.parse("2020-07-31T21:00:00Z"))
        #expect(
            reunion.day(of: evening).text == "2020-08-01" && CallClock(of: paca).day(of: evening).text == "2020-07-31")
        for clock in [reunion, CallClock(of: paca)] {
            // Whole years of days, those on which clocks change among them.
            for number in 18_000...18_800 {
                let day = try #require(CalendarDate(daysSinceEpoch: number))
                let start = clock.start(of: day)
                #expect(clock.day(of: start) == day && clock.day(of: start.addingTimeInterval(-1)) < day)
            }
        }
    }

    @Test(
        "half-days of a usual week",
        arguments: [
            ("Mo-Fr 09:00-12:00", 5), ("Mo-Fr 09:00-12:00,14:00-17:00; PH off", 10), ("Mo-We 08:00-18:00", 6),
            // Less than two hours is none; hours on both sides of one o'clock count on each side by themselves.
            ("Mo-Fr 09:00-10:59", 0), ("Mo-Fr 09:00-11:00", 5), ("Mo-Fr 12:00-14:30", 0), ("Mo-Fr 11:00-15:00", 10),
            // Nobody knows whether: surely open is what counts.
            ("Mo-Fr 09:00-12:00 unknown", 0), ("Mo[1] 09:00-12:00", 0),
        ])
    func halfDays(_ hours: String, _ count: Int) throws {
        var sketch = CandidateSketch(60)
        sketch.hours = hours
        #expect(try Self.halfDays(of: sketch, service: "accueil-personnalise") == count)
        // What it offers beside is not the dedicated service.
        #expect(try Self.halfDays(of: sketch, service: "conseil-vae") == 0)
    }

    @Test("a season's closure does not make a week of a service, nor a single one unmake it")
    func closures() throws {
        var sketch = CandidateSketch(61)
        sketch.closures = #"[{"from":"2020-08-01","to":"2020-08-31"}]"#
        #expect(try Self.halfDays(of: sketch, service: "accueil-personnalise") == 5)
        sketch.closures = #"[{"from":"2020-08-01","to":"2021-08-31"}]"#
        #expect(try Self.halfDays(of: sketch, service: "accueil-personnalise") == 0)
    }

    private static func halfDays(of sketch: CandidateSketch, service: String) throws -> Int {
        let document = try JSONValue(parsing: Array(sketch.line.utf8))
        let draft = try ObjectReader.read(document) { object -> StructureDraft? in
            _ = object.required("id", .string(.uuid))
            return StructureDraft(object, origin: .importer)
        }
        let day = try #require(CalendarDate(text: "2020-07-31")).daysSinceEpoch
        return UsualWeek.halfDays(of: draft, service: service, in: LocalCalendar(department: "14"), after: day)
    }
}
