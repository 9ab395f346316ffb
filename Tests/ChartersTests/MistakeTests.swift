import Charters
import Schema
import Testing

/// One change to one charter, and the one mistake that it is.
struct Change: Sendable, CustomTestStringConvertible {
    let region: String
    let old: String
    let new: String
    let pointer: String
    let code: String
    /// Lines from the beginning of the passage to the key that is wrong.
    let below: Int

    init(_ region: String, _ old: String, _ new: String, _ pointer: String, _ code: String, below: Int = 0) {
        (self.region, self.old, self.new, self.pointer, self.code) = (region, old, new, pointer, code)
        self.below = below
    }

    var testDescription: String { "\(region) \(pointer) \(code)" }
}

@Suite("A charter's mistakes")
struct MistakeTests {
    @Test(
        "are named with file, line and pointer",
        arguments: [
            // Keys.
            Change("52", "timers: null", "timers: null\nsurprise: 1", "/surprise", "unknown-member", below: 1),
            Change("52", "  max_structures: 2", "  max: 2\n  max_structures: 2", "/hop_rule/max", "unknown-member"),
            Change("52", "hop_rule:\n", "hop_rule:\n  quotes: {}\n", "/hop_rule/quotes", "unknown-member", below: 1),
            // Identity.
            Change("52", "region: \"52\"", "region: 52", "/region", "wrong-type"),
            Change("52", "region: \"52\"", "region: \"53\"", "/region", "wrong-format"),
            Change("52", "region: \"52\"", "region: \"052\"", "/region", "wrong-format"),
            Change("52", "version: \"1.0.0\"", "version: \"1.0\"", "/version", "wrong-format"),
            Change("52", "version: \"1.0.0\"", "version: \"1.00.0\"", "/version", "wrong-format"),
            Change("52", "version: \"1.0.0\"", "version: 1.0", "/version", "wrong-type"),
            Change("52", "date: 2014-12-16", "date: 2014-02-30", "/source/date", "wrong-format"),
            Change("52", "date: 2014-12-16", "date: 20141216", "/source/date", "wrong-type"),
            Change("52", "{from: 2015, to: 2017}", "{from: 2018, to: 2017}", "/source/period/to", "out-of-range"),
            // Passages.
            Change(
                "24",
                "needs_network: false,\n     quote: \"toutes les structures signataires de la convention régionale du SPRO\"}",
                "needs_network: false}", "/member_statuses/0/quote", "required"),
            Change(
                "28", "{kind: accessibilite, any_of: [acces-plain-pied]}", "{kind: accessibilite, any_of: [ascenseur]}",
                "/label/criteria/2/check/any_of/0", "unknown-code"),
            Change(
                "93", "{kind: liste, at_least: 1, at_most: 2}", "{kind: liste, at_least: 3, at_most: 2}",
                "/label/criteria/3/check/at_most", "out-of-range"),
            Change(
                "28", "act: vote, optional: false, by: null", "act: vote, optional: false, by: nobody",
                "/label/steps/3/by", "unknown-code"),
            Change(
                "28", "quote: \"dépôt de la liste en préfecture\"", "quote: \"\"", "/label/steps/4/quote",
                "wrong-length"),
            Change(
                "52", "quote: \"Développer l'inter connaissance des professionnels et des réseaux\"",
                "quote: \"\(String(repeating: "é", count: 201))\"", "/principles/7/quote", "wrong-length"),
            Change(
                "53", "    open_to_all: \"accessible", "    other: passage\n    open_to_all: \"accessible",
                "/reception/quotes/other", "unknown-member"),
            Change(
                "28", "  single_step: null", "  single_step: true", "/reception/quotes/single_step", "required",
                below: 4),
            Change(
                "53", "  single_step: true", "  single_step: null", "/reception/quotes/single_step",
                "passage-without-rule", below: 6),
            // Codes of vocabularies.
            Change("52", "code: conseil-vae", "code: conseil", "/service_kinds/5/code", "unknown-code"),
            Change("52", "code: conseil-vae", "code: cep-conseil", "/service_kinds/5/code", "duplicate-item"),
            Change("53", "code: point-de-contact", "code: mairie", "/member_statuses/2/code", "unknown-code"),
            Change("28", "kind: bassin-emploi", "kind: pays", "/territories/0/kind", "unknown-code"),
            Change("28", "procedure: labellisation", "procedure: concours", "/label/procedure", "unknown-code"),
            Change("52", "kind: objective", "kind: goal", "/hop_rule/kind", "unknown-code"),
            Change("52", "framework: \"2014\"", "framework: \"2015\"", "/cep/framework", "unknown-code"),
            Change("28", "  scope: structure", "  scope: bureau", "/annual_report/scope", "unknown-code"),
            Change("52", "  API8:", "  API99:", "/indicator_targets/API99", "unknown-member"),
            Change("52", "API8: {target: 100", "API8: {target: false", "/indicator_targets/API8/target", "wrong-type"),
            Change("52", "API8: {target: 100", "API8: {target: -1", "/indicator_targets/API8/target", "out-of-range"),
            // Values.
            Change("52", "max_structures: 2", "max_structures: 0", "/hop_rule/max_structures", "out-of-range"),
            Change("52", "max_structures: 2", "max_structures: \"2\"", "/hop_rule/max_structures", "wrong-type"),
            Change(
                "28", "half_days_per_week: 5", "half_days_per_week: 15", "/opening/half_days_per_week", "out-of-range"),
            Change(
                "28", "dedicated_service: true", "dedicated_service: yes", "/opening/dedicated_service", "wrong-type"),
            Change("28", "2020-07-31T16:00", "2020-07-31T24:30", "/label/closes_at", "wrong-format"),
            Change("28", "2020-07-31T16:00", "2020-03-29T02:30", "/label/closes_at", "wrong-format"),
            Change("28", "2020-07-31T16:00", "2020-07-31T16:00:00", "/label/closes_at", "wrong-format"),
            Change("28", "time_zone: Europe/Paris", "time_zone: Europe/Rouen", "/label/time_zone", "wrong-format"),
            Change("28", "time_zone: Europe/Paris", "time_zone: null", "/label/time_zone", "required"),
            Change("28", "until: 2020-09-15", "until: 2020-08-02", "/label/steps/1/until", "out-of-range"),
            Change("53", "{min: 1, max: 2,", "{min: 3, max: 2,", "/coordination/actions_per_year/max", "out-of-range"),
            // Bodies.
            Change(
                "93", "validation_body:\n  code: crefop-orientation", "validation_body:\n  code: crefop",
                "/validation_body/code", "unknown-code", below: 1),
            Change(
                "53", "presented_to: crefop-orientation", "presented_to: conseil",
                "/annual_report/regional_synthesis/presented_to", "unknown-code"),
            Change("93", "- {code: region,", "- {code: crefop-orientation,", "/bodies/1/code", "duplicate-item"),
        ])
    func oneMistake(_ change: Change) throws {
        let folder = try CharterFolder([change.region])
        let line = try folder.edit("\(change.region).yaml", change.old, change.new)
        let mistakes = folder.mistakes()
        #expect(mistakes.map(\.violation.pointer) == [change.pointer])
        #expect(mistakes.map(\.violation.code) == [change.code])
        #expect(mistakes.map(\.file) == ["\(change.region).yaml"])
        #expect(mistakes.map(\.line) == [line + change.below])
    }

    @Test("A missing key is blamed on the line where what lacks it begins")
    func missingKeys() throws {
        let folder = try CharterFolder(["52"])
        try folder.edit("52.yaml", "timers: null\n", "")
        let line = try folder.edit("52.yaml", "  telephone_platforms_count: null\n", "")
        let mistakes = folder.mistakes()
        #expect(mistakes.map(\.violation.pointer) == ["/timers", "/hop_rule/telephone_platforms_count"])
        #expect(mistakes.map(\.violation.code) == ["required", "required"])
        // The charter begins below its three lines of comment.
        #expect(mistakes.map(\.line) == [4, line - 3])
    }

    @Test("of all files are found at once, in their order")
    func allAtOnce() throws {
        let folder = try CharterFolder(Checkout.regions)
        let first = try folder.edit("24.yaml", "{code: partenaire-ressource,", "{code: partenaire,")
        let second = try folder.edit("24.yaml", "levels: 3", "levels: trois")
        // Networks are compared even where another rule of the file is wrong.
        let third = try folder.edit("52.yaml", "name: \"Missions locales\"", "name: \"Mission locale\"")
        let fourth = try folder.edit("52.yaml", "  max_structures: 2", "  max_structures: deux")
        let mistakes = folder.mistakes()
        #expect(mistakes.map(\.file) == ["24.yaml", "24.yaml", "52.yaml", "52.yaml"])
        #expect(mistakes.map(\.line) == [first, second, third, fourth])
        #expect(mistakes[2].description.hasPrefix("52.yaml:\(third): /networks/3/name 24.yaml says otherwise"))
    }

    @Test("A delay that a charter sets replaces the product's, and needs its passage")
    func timers() throws {
        let rest = "unanswered_expires_days: null, uncontacted_alert_days: null, uncontacted_expires_days: null, "
        let last =
            "demand_abandoned_days: null, draft_expires_days: null, redirect_alert_days: null, redirect_expires_days: null"
        func timers(_ own: String, quotes: String) -> String {
            "timers: {urgent_untouched_hours: null, \(own), \(rest)consent_expires_days: null, \(last), quotes: {\(quotes)}}"
        }
        func load(_ timers: String) throws -> (Timers?, [CharterFailure.Mistake]) {
            let folder = try CharterFolder(["93"])
            try folder.edit("93.yaml", "timers: null", timers)
            return (try? folder.load().charters["93"]?.timers, folder.mistakes())
        }
        let good = try load(timers("reminder_days: [2, 5], sender_warned_days: null", quotes: "reminder_days: passage"))
        #expect(good.0?.reminderDays == [2, 5])
        #expect(good.0?.quotes == ["reminder_days": "passage"])
        #expect(good.0?.senderWarnedDays == 15)
        let bare = try load(timers("reminder_days: [2, 5], sender_warned_days: null", quotes: ""))
        #expect(bare.1.map(\.violation.pointer) == ["/timers/quotes/reminder_days"])
        let late = try load(
            timers("reminder_days: null, sender_warned_days: 30", quotes: "sender_warned_days: passage"))
        #expect(late.1.map(\.violation.pointer) == ["/timers/unanswered_expires_days"])
        let mixed = try load(
            timers("reminder_days: [5, 2], sender_warned_days: null", quotes: "reminder_days: passage"))
        #expect(mixed.1.map(\.violation.pointer) == ["/timers/reminder_days"])
        let (before, after) = ("reminder_days: null, sender_warned_days: null", "redirect_alert_days: null")
        func redirect(_ own: String, quotes: String) -> String {
            timers(before, quotes: quotes).replacing(after, with: own)
        }
        let lapsing = try load(redirect("redirect_alert_days: 7", quotes: "redirect_alert_days: passage"))
        #expect(lapsing.0?.redirectAlertDays == 7 && lapsing.0?.redirectExpiresDays == 30)
        #expect(lapsing.0?.draftExpiresDays == 30)
        let never = try load(redirect("redirect_alert_days: 30", quotes: "redirect_alert_days: passage"))
        #expect(never.1.map(\.violation.pointer) == ["/timers/redirect_expires_days"])
    }
}
