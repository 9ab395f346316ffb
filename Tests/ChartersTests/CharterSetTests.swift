import Charters
import Foundation
import Schema
import Testing

@Suite("The charters of the five regions")
struct CharterSetTests {
    let set: CharterSet

    init() throws { set = try CharterSet.load(from: Checkout.charters.path) }

    @Test("All five load")
    func fiveRegions() {
        #expect(set.charters.keys.sorted() == Checkout.regions)
        #expect(set.charters["28"]?.reference == "28@1.0.0")
        #expect(set.charters["93"]?.name == "Provence-Alpes-Côte d'Azur")
    }

    @Test("What one region asks is asked of no other")
    func rulesStayInTheirRegion() throws {
        #expect(set.charters.values.filter { $0.hopRule != nil }.map(\.region) == ["52"])
        #expect(set.charters.values.filter { $0.opening != nil }.map(\.region) == ["28"])
        #expect(set.charters.values.filter { $0.reception.singleStep != nil }.map(\.region) == ["53"])
        #expect(set.charters.values.filter { $0.indicatorTargets["CON1"] != nil }.map(\.region) == ["52"])
    }

    @Test("Normandie's label has its closing minute, steps and criteria")
    func label() throws {
        let label = try #require(set.charters["28"]?.label)
        #expect(label.kind == .labelling)
        #expect(label.deadline?.instant == RFC3339.parse("2020-07-31T14:00:00Z"))
        #expect(label.deadline?.timeZone == "Europe/Paris")
        #expect(label.steps.map(\.code) == ["depot", "instruction", "entretien", "vote", "depot-prefecture"])
        #expect(label.steps[1].until == CalendarDate(year: 2020, month: 9, day: 15))
        #expect(label.criteria.count { $0.check != nil } == 10)
        #expect(label.criteria[0].check == .halfDays(service: "accueil-personnalise", atLeast: 5))
        #expect(
            label.steps.filter { $0.body == "agence-orientation-metiers" }.map(\.code) == ["instruction", "entretien"])
        #expect(label.steps.filter(\.isOptional).map(\.code) == ["entretien"])
        #expect(label.withdrawal?.quote.hasPrefix("la collectivité pourra décider") == true)
        let opening = try #require(set.charters["28"]?.opening)
        #expect(opening.halfDaysPerWeek == 5 && opening.dedicatedService == true && opening.closureNotice?.days == nil)
    }

    @Test("A procedure is read back as it was written", arguments: ["28", "93"])
    func procedureByItself(_ region: String) throws {
        let label = try #require(set.charters[region]?.label)
        #expect(try ObjectReader.read(try JSONValue(parsing: label.storedJSON)) { LabelProcedure($0) } == label)
    }

    @Test("Bretagne's members belong to a network, its associates and contact points need not")
    func memberStatuses() throws {
        let statuses = try #require(set.charters["53"]?.memberStatuses)
        #expect(statuses.map(\.code) == ["membre", "membre-associe", "point-de-contact", "service-dematerialise"])
        #expect(statuses.filter(\.needsNetwork).map(\.code) == ["membre"])
    }

    @Test("Pays de la Loire counts structures, and tells an objective from a limit")
    func paysDeLaLoire() throws {
        let charter = try #require(set.charters["52"])
        #expect(charter.hopRule?.maxStructures == 2)
        #expect(charter.hopRule?.kind == .objective)
        #expect(charter.hopRule?.telephonePlatformsCount == nil)
        #expect(charter.territories.map(\.count) == [17])
        #expect(charter.source.date == CalendarDate(year: 2014, month: 12, day: 16))
        #expect(charter.source.period == 2015...2017)
        // A folded text is one line.
        #expect(charter.source.title.hasSuffix("tout au long de la vie dans les Pays de la Loire"))
    }

    @Test("Bretagne's reception, levels, actions and targets of three types")
    func bretagne() throws {
        let charter = try #require(set.charters["53"])
        #expect(charter.reception.singleStep?.value == true)
        #expect(charter.reception.outOfScopeFirstReception == nil)
        #expect(charter.cep.levels?.value == 3)
        #expect(charter.cep.framework?.value == "2014")
        #expect(charter.cep.regionalOperators?.value == false)
        #expect(charter.coordination.actionsPerYear?.value == 1...2)
        #expect(charter.coordination.proposedActions == nil)
        #expect(set.charters["93"]?.coordination.proposedActions?.value == 1...2)
        #expect(charter.indicatorTargets["GOV2"]?.goal == .number(100))
        #expect(charter.indicatorTargets["GOV6"]?.goal == .done)
        #expect(charter.indicatorTargets["GOV8"]?.goal == .state("valide"))
        #expect(charter.validationBody?.code == "crefop-orientation")
        #expect(charter.annualReport?.scope == .territory)
        #expect(charter.annualReport?.synthesisPresentedTo?.value == "crefop-orientation")
    }

    @Test("Where no charter sets a delay the product's own hold")
    func timers() {
        for charter in set.charters.values { #expect(charter.timers == .productDefaults) }
        let timers = Timers.productDefaults
        #expect(timers.urgentUntouchedHours == 24 && timers.reminderDays == [3, 10] && timers.senderWarnedDays == 15)
        #expect(timers.unansweredExpiresDays == 30 && timers.consentExpiresDays == 14)
        #expect(timers.uncontactedAlertDays == 15 && timers.uncontactedExpiresDays == 60)
        #expect(timers.demandAbandonedDays == 180)
    }

    @Test("Networks are known together, each with the regions that have it")
    func networks() throws {
        #expect(set.networks.map(\.code) == set.networks.map(\.code).sorted())
        #expect(Set(set.networks.map(\.code)).count == set.networks.count)
        let all = set.charters.values.flatMap { charter in charter.networks.map { "\($0.code) \(charter.region)" } }
        #expect(
            set.networks.flatMap { network in network.regions.map { "\(network.code) \($0)" } }.sorted() == all.sorted()
        )
        #expect(set.network("mission-locale")?.regions == Checkout.regions)
        #expect(set.network("psad")?.regions == ["53"])
        #expect(set.network("reso-pro-normand")?.regions == ["28"])
        #expect(set.network("nobody") == nil)
    }

    @Test("A network is valid on its first and last day and not on those beside them")
    func validity() throws {
        func isValid(_ code: String, _ day: String) throws -> Bool {
            set.isValid(network: code, on: try #require(CalendarDate(text: day)))
        }
        #expect(try isValid("pole-emploi", "2023-12-31"))
        #expect(try !isValid("pole-emploi", "2024-01-01"))
        #expect(try !isValid("france-travail", "2023-12-31"))
        #expect(try isValid("france-travail", "2024-01-01"))
        #expect(try isValid("cio", "1990-01-01"))
        #expect(try !isValid("nobody", "2026-01-01"))
        // Nor is an alias a code.
        #expect(try !isValid("bij", "2026-01-01"))
    }

    @Test(
        "A name is resolved to the network that bears it on the day",
        arguments: [
            ("pole-emploi", "2026-01-01", "france-travail"), ("pole-emploi", "2020-01-01", "pole-emploi"),
            ("opacif", "2020-01-01", "transitions-pro"), ("opacif", "2019-12-31", "opacif"),
            ("fafsea", "2026-01-01", "ocapiat"), ("opcalim", "2026-01-01", "ocapiat"),
            ("bij", "2026-01-01", "crij"), ("prc-vae", "2026-01-01", "point-vae"), ("cio", "2026-01-01", "cio"),
            ("france-travail", "2020-01-01", nil), ("nobody", "2026-01-01", nil),
        ])
    func resolution(name: String, day: String, expected: String?) throws {
        #expect(set.resolve(name, on: try #require(CalendarDate(text: day)))?.code == expected)
    }
}
