import Charters
import Schema
import Testing

@Suite("The networks of a charter, and of all")
struct NetworkTests {
    @Test(
        "fit together within one file",
        arguments: [
            Change("52", "code: mife,", "code: suio,", "/networks/6/code", "duplicate-item"),
            Change("52", "code: mife,", "code: MIFE,", "/networks/6/code", "wrong-format"),
            Change(
                "52", "\"Cap emploi\", kind: statutaire", "\"Cap emploi\", kind: legal", "/networks/4/kind",
                "unknown-code"),
            // Of opacif, whose successor does not bear its code as an alias.
            Self.opacif("2019-12-31", "transitions", "successor", "unknown-code"),
            Self.opacif("2019-12-31", "opacif", "successor", "successor-not-valid"),
            Self.opacif("2019-12-30", "transitions-pro", "successor", "successor-not-valid"),
            Self.opacif("2019-12-31", "null", "successor", "required"),
            Self.opacif("null", "transitions-pro", "valid_to", "required"),
            Change(
                "52",
                "valid_from: null, valid_to: null, successor: null, cep_operator: true,\n     quote: \"22",
                "valid_from: 2024-01-01, valid_to: 2023-12-31, successor: cio, cep_operator: true,\n     quote: \"22",
                "/networks/3/valid_to", "out-of-range"),
            Change(
                "52", "head: \"Rectorat de l'académie de Nantes\", aliases: []",
                "head: \"Rectorat de l'académie de Nantes\", aliases: [apec]", "/networks/0/aliases/0",
                "ambiguous-alias"),
            Change(
                "52", "head: \"Rectorat de l'académie de Nantes\", aliases: []",
                "head: \"Rectorat de l'académie de Nantes\", aliases: [orientation, orientation]",
                "/networks/0/aliases/1", "duplicate-item"),
            Change(
                "52", "head: null, aliases: [dronisep]", "head: null, aliases: [dronisep, pij]",
                "/networks/20/aliases/1", "ambiguous-alias"),
        ])
    func oneMistake(_ change: Change) throws {
        let folder = try CharterFolder([change.region])
        let line = try folder.edit("\(change.region).yaml", change.old, change.new)
        let mistakes = folder.mistakes()
        #expect(mistakes.map(\.violation.pointer) == [change.pointer])
        #expect(mistakes.map(\.violation.code) == [change.code])
        #expect(mistakes.map(\.line) == [line])
    }

    private static func opacif(_ validTo: String, _ successor: String, _ key: String, _ code: String) -> Change {
        let rest = "cep_operator: true,\n     quote: \"ce groupe augmenté"
        return Change(
            "52", "valid_to: 2019-12-31, successor: transitions-pro, \(rest)",
            "valid_to: \(validTo), successor: \(successor), \(rest)", "/networks/11/\(key)", code)
    }

    @Test("A predecessor that goes another way takes its code from the aliases of who followed it")
    func bothEnds() throws {
        let folder = try CharterFolder(["52"])
        try folder.edit(
            "52.yaml", "valid_to: 2023-12-31, successor: france-travail", "valid_to: 2023-12-31, successor: cio")
        #expect(folder.mistakes().map(\.violation.pointer) == ["/networks/2/aliases/0"])
    }

    @Test("say the same in every file: name, kind, dates, successor, operator; the head is the region's")
    func agreement() throws {
        func pointers(_ old: String, _ new: String) throws -> [String] {
            let folder = try CharterFolder(["52", "93"])
            try folder.edit("93.yaml", old, new)
            return folder.mistakes().map { "\($0.file) \($0.violation.code) \($0.violation.pointer)" }
        }
        let name = "name: \"Missions locales\", kind: statutaire"
        #expect(
            try pointers(name, "name: \"Mission locale\", kind: statutaire") == [
                "93.yaml charters-disagree /networks/3/name"
            ])
        #expect(
            try pointers(name, "name: \"Missions locales\", kind: regional") == [
                "93.yaml charters-disagree /networks/3/kind"
            ])
        #expect(
            try pointers("valid_from: 2024-01-01", "valid_from: 2023-06-01") == [
                "93.yaml charters-disagree /networks/2/valid_from"
            ])
        #expect(
            try pointers(
                "valid_to: 2023-12-31, successor: france-travail, cep_operator: true",
                "valid_to: 2024-01-01, successor: onisep, cep_operator: false") == [
                    "93.yaml charters-disagree /networks/1/cep_operator",
                    "93.yaml charters-disagree /networks/1/successor",
                    "93.yaml charters-disagree /networks/1/valid_to",
                ])
        #expect(try pointers("head: \"ARDML\"", "head: null") == [])
    }

    @Test("have aliases that mean one network in all files")
    func aliasesAcrossFiles() throws {
        let folder = try CharterFolder(["24", "93"])
        // The first is an alias of another network in 24, the second is the code of one.
        try folder.edit("93.yaml", "head: null, aliases: [dronisep]", "head: null, aliases: [suio-ip, cria]")
        #expect(
            folder.mistakes().map { "\($0.file) \($0.violation.pointer)" } == [
                "93.yaml /networks/5/aliases/0", "93.yaml /networks/5/aliases/1",
            ])
    }

    @Test("of one region stand in one file, called after it")
    func oneFilePerRegion() throws {
        let folder = try CharterFolder(["52"])
        try folder.write("99.yaml", try Checkout.bytes(of: "52.yaml"))
        #expect(folder.mistakes().map(\.file) == ["99.yaml"])
        #expect(folder.mistakes().map(\.violation.pointer) == ["/region"])
    }
}
