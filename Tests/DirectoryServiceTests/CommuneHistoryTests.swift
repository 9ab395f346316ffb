import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("The history of communes")
struct CommuneHistoryTests {
    private static let header =
        "event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after\n"

    private func history(_ rows: [String]) throws -> CommuneHistory {
        var report = ImportReport(subject: "commune-changes")
        let text = Self.header + rows.joined(separator: "\n")
        let changes = try CommuneChangeImport.read(Array(text.utf8), &report)
        #expect(report.isClean && report.read == rows.count, "\(report.text(isDryRun: true))")
        return CommuneHistory(changes.shuffled())
    }

    @Test("leads from what merged to what it is part of, over several mergers")
    func mergers() throws {
        let history = try history([
            "33,1973-01-01,COM,49002,B,COM,49001,A", "33,1973-01-01,COM,49001,A,COM,49001,A",
            "33,1973-01-01,COM,49002,B,COMA,49002,B", "32,2016-01-01,COM,49001,A,COM,49003,C",
            "32,2016-01-01,COM,49001,A,COMD,49001,A", "32,2016-01-01,COM,49003,C,COM,49003,C",
        ])
        #expect(history.current("49002") == "49003" && history.current("49001") == "49003")
        #expect(history.current("49003") == "49003" && history.current("44184") == "44184")
        #expect(history.formerCodes.sorted() == ["49001", "49002"])
    }

    @Test("keeps Marseille: what gets arrondissements, delegates or daughters does not end")
    func survivors() throws {
        let history = try history([
            "20,1946-10-18,COM,13055,Marseille,ARM,13201,Marseille 1er Arrondissement",
            "20,1946-10-18,COM,13055,Marseille,ARM,13202,Marseille 2e Arrondissement",
            "20,1954-06-01,COM,44010,A,COM,44010,A", "20,1954-06-01,COM,44010,A,COM,44221,New",
            "20,1950-01-01,,,,COM,44222,Polder", "72,2026-01-01,COM,49220,M,COMD,49220,M",
            "10,2026-01-01,COM,28274,Moutiers,COM,28274,Moutiers-en-Beauce",
        ])
        #expect(history.formerCodes.isEmpty)
        #expect(history.current("13055") == "13055")
    }

    @Test("follows a code that changes with the seat or the department, there and back")
    func codes() throws {
        // Les Trois Lacs, as INSEE tells it; and Freigné, which went to another department.
        let history = try history([
            "32,2017-01-01,COM,27058,B,COM,27676,L", "32,2017-01-01,COM,27676,V,COM,27676,L",
            "32,2017-01-01,COM,27647,T,COM,27676,L", "50,2021-01-01,COM,27676,L,COM,27058,L",
            "35,2021-01-01,COMD,27058,B,COM,27676,L", "50,2023-01-01,COM,27058,L,COM,27676,L",
            "41,2018-01-01,COM,49144,Freigné,COM,44225,Freigné",
        ])
        #expect(["27058", "27647", "27676"].map(history.current) == ["27676", "27676", "27676"])
        #expect(history.current("49144") == "44225")
    }

    @Test("gives back what was re-established, and divides by the order of codes")
    func restored() throws {
        let history = try history([
            "33,1973-01-01,COM,14002,B,COM,14001,A", "33,1973-01-01,COM,14001,A,COM,14001,A",
            "21,1985-01-01,COMA,14002,B,COM,14002,B", "21,1985-01-01,COM,14001,A,COM,14001,A",
            "30,1965-01-01,COM,45117,Creusy,COM,45313,Sougy", "30,1965-01-01,COM,45117,Creusy,COM,45093,Chevilly",
        ])
        #expect(history.current("14002") == "14002" && history.current("45117") == "45093")
    }

    @Test("is no history where codes succeed one another in a circle, also with what is known already")
    func circle() throws {
        let there = "41,2018-01-01,COM,44184,A,COM,44109,B"
        let back = "41,2018-01-01,COM,44109,B,COM,44184,A"
        func complaints(_ rows: [String], beside known: [CommuneChange] = []) throws -> [String] {
            var report = ImportReport(subject: "commune-changes")
            _ = try CommuneChangeImport.read(
                Array((Self.header + rows.joined(separator: "\n")).utf8), beside: known, &report)
            return report.complaints.map { "\($0.line) \($0.code) \($0.detail.en)" }
        }
        let expected = ["0 circular-history These codes succeed one another in a circle: 44109, 44184."]
        #expect(try complaints([there, back, "41,2018-01-01,COM,44001,C,COM,44109,B"]) == expected)
        let date = try #require(CalendarDate(text: "2018-01-01"))
        let known = CommuneChange(date: date, before: "44109", wasCommune: true, after: "44184")
        #expect(try complaints([there], beside: [known]) == expected)
        #expect(try complaints([there]) == [])
        // One that was stored once makes nobody disappear.
        let history = CommuneHistory([
            known, CommuneChange(date: date, before: "44184", wasCommune: true, after: "44109"),
            CommuneChange(date: date, before: "44001", wasCommune: true, after: "44109"),
        ])
        #expect(["44109", "44184", "44001"].map(history.current) == ["44109", "44184", "44109"])
        #expect(history.formerCodes.sorted() == ["44001"])
    }

    @Test("leaves out what has not taken effect yet, and says so")
    func future() throws {
        var report = ImportReport(subject: "commune-changes")
        let rows = ["32,2027-01-01,COM,49001,A,COM,49003,C", "32,2026-11-21,COM,49002,B,COM,49003,C"]
        let today = try #require(CalendarDate(text: "2026-11-21"))
        let changes = try CommuneChangeImport.read(
            Array((Self.header + rows.joined(separator: "\n")).utf8), today: today, &report)
        #expect(changes.map(\.before) == ["49002"])
        #expect(report.isClean && report.warnings.count == 1 && report.warnings[0].contains("line 2: 49001"))
    }

    @Test("is read strictly")
    func strict() throws {
        let wrong = [
            "32,2016-02-30,COM,49001,A,COM,49003,C", "32,2016-01-01,XXX,49001,A,COM,49003,C",
            "32,2016-01-01,COM,4900,A,COM,49003,C", "32,2016-01-01,COM,49001,A,COM,,C",
            "x,2016-01-01,COM,49001,A,COM,49003,C",
        ]
        var report = ImportReport(subject: "commune-changes")
        _ = try CommuneChangeImport.read(Array((Self.header + wrong.joined(separator: "\n")).utf8), &report)
        #expect(
            report.complaints.map { "\($0.line) \($0.pointer)" } == [
                "2 effective_date", "3 type_before", "4 code_before", "5 code_after", "6 event",
            ])
    }
}
