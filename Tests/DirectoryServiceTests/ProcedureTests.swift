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

    @Test("a new application takes nothing from a structure that has the label")
    func renewals() throws {
        let day = try #require(CalendarDate(text: "2026-03-02"))
        func label(_ state: ApplicationState, _ present: String?, before: String? = nil) -> String? {
            LabelRule.label(
                after: state, charter: "28@1.0.0", on: day,
                present: present.map { Label(state: $0, charter: nil, decidedOn: nil) },
                before: before.map { Label(state: $0, charter: nil, decidedOn: nil) })?.state
        }
        #expect(label(.filed, nil) == "candidate" && label(.filed, "refuse") == "candidate")
        #expect(label(.examined, "candidate") == "en-instruction")
        for held in ["accorde", "suspendu"] {
            for state in [ApplicationState.filed, .examined, .refused, .givenUp] { #expect(label(state, held) == nil) }
            #expect(label(.granted, held) == "accorde" && label(.withdrawn, held) == "retire")
        }
        #expect(label(.refused, "en-instruction") == "refuse")
        #expect(label(.givenUp, "candidate") == "aucun" && label(.givenUp, "candidate", before: "refuse") == "refuse")
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
