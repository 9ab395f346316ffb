import Foundation

/// Makes up stories: the same from the same structures, seed and day.
struct StoryAuthor {
    private let hosts: [DemoStructure]
    private let structures: [DemoStructure]
    private let lastDay: Date
    private let days: Int
    private var chance: Chance

    /// - Parameter lastDay: midnight (UTC) of the day on which nobody is received any more.
    init(structures: [DemoStructure], seed: UInt64, lastDay: Date, days: Int) {
        self.structures = structures.sorted { $0.id.uuidString < $1.id.uuidString }
        hosts = self.structures.filter {
            $0.kinds.contains("accueil-personnalise") || $0.kinds.contains("accueil-information")
        }
        self.lastDay = lastDay
        self.days = days
        chance = Chance(seed: seed)
    }

    struct NobodyToHost: Error, CustomStringConvertible {
        var description: String { "the directory has no structure that receives people: import the demo data first" }
    }

    mutating func stories(_ count: Int) throws -> [Story] {
        guard !hosts.isEmpty else { throw NobodyToHost() }
        return (0..<count).map { story($0) }
    }

    private mutating func story(_ number: Int) -> Story {
        let host = hosts[Int.random(in: hosts.indices, using: &chance)]
        let person = person()
        let reception = reception()
        let (theme, kind) = chance.pick(Self.needs)
        let referrals = referrals(for: kind, from: host, since: reception.receivedAt)
        return Story(
            number: number, person: person, theme: theme, host: host.id, reception: reception, referrals: referrals,
            outcome: outcome(of: referrals.last))
    }

    /// Most people are passed on, and most of those whom the first could not help as wished to another one.
    private mutating func referrals(for kind: String, from host: DemoStructure, since: Date) -> [Story.Referral] {
        guard chance.happens(70), let first = recipient(for: kind, after: [host]) else { return [] }
        var referrals = [referral(to: first, for: kind, since: since, ending())]
        if case .completed(let outcome) = referrals[0].ending, outcome != "satisfaite", chance.happens(75),
            let second = recipient(for: kind, after: [host, first])
        {
            let ending = Story.Ending.completed(chance.pick([("satisfaite", 80), ("partielle", 20)]))
            referrals.append(referral(to: second, for: kind, since: referrals[0].receivedAt ?? since, ending))
        }
        return referrals
    }

    private mutating func referral(
        to recipient: DemoStructure, for kind: String, since: Date, _ ending: Story.Ending
    ) -> Story.Referral {
        let wait = Double(Int.random(in: 1...8, using: &chance)) * 86_400
        let receivedAt = chance.happens(85) ? min(since.addingTimeInterval(wait), lastDay) : nil
        return Story.Referral(recipient: recipient.id, serviceKind: kind, ending: ending, receivedAt: receivedAt)
    }

    private mutating func person() -> Story.Person {
        let isNamed = chance.happens(80)
        let audience = chance.pick([
            ("demandeur-emploi", 45), ("salarie", 20), ("scolaire", 12), ("etudiant", 10), ("decrocheur", 8),
            ("apprenti", 5),
        ])
        return Story.Person(
            ageBand: chance.pick([
                ("16-17", 10), ("18-25", 35), ("26-30", 15), ("31-44", 22), ("45-54", 12), ("55-plus", 6),
            ]),
            sex: chance.pick([("femme", 52), ("homme", 46), ("non-communique", 2)]),
            education: chance.pick([("infra-bac", 35), ("bac", 30), ("bac-2", 20), ("bac-3-plus", 15)]),
            audiences: [audience], situations: chance.happens(9) ? ["handicap"] : [],
            name: isNamed
                ? (Self.givenNames[Int.random(in: Self.givenNames.indices, using: &chance)], "Exemple") : nil)
    }

    private mutating func reception() -> Story.Reception {
        let day =
            Calendar.utc.date(
                byAdding: .day, value: -Int.random(in: 1...days, using: &chance), to: lastDay) ?? lastDay
        let received = day.addingTimeInterval(Double(Int.random(in: 8 * 60..<16 * 60, using: &chance)) * 60)
        let isDeferred = chance.happens(35)
        let wait = Double(Int.random(in: 1...12, using: &chance)) * 86_400
        return Story.Reception(
            channel: chance.pick([("presentiel", 70), ("telephone", 20), ("visio", 10)]),
            access: isDeferred ? "rendez-vous" : "flux",
            urgency: chance.pick([("normale", 85), ("haute", 12), ("immediate", 3)]),
            requestedAt: isDeferred ? received.addingTimeInterval(-wait) : nil, receivedAt: received)
    }

    /// Mostly of another network, and of the first one's territory where there is one; never a site of one that the
    /// person has seen.
    private mutating func recipient(for kind: String, after seen: [DemoStructure]) -> DemoStructure? {
        let roots = Set(seen.map(\.root))
        let able = structures.filter { $0.kinds.contains(kind) && !roots.contains($0.root) }
        let others = able.filter { Set($0.networks).isDisjoint(with: seen.flatMap(\.networks)) }
        let near = (chance.happens(85) ? others : able).filter { $0.territory == seen[0].territory }
        let choice = near.isEmpty ? others : near
        return choice.isEmpty ? nil : choice[Int.random(in: choice.indices, using: &chance)]
    }

    private mutating func ending() -> Story.Ending {
        switch chance.pick([(0, 8), (1, 3), (2, 3), (3, 12), (4, 10), (5, 58), (6, 6)]) {
        case 0: .waiting
        case 1: .cancelled
        case 2: .withdrawn
        case 3:
            .declined(chance.pick([("complet", 4), ("mauvaise-orientation", 3), ("injoignable", 3), ("doublon", 1)]))
        case 4: .accepted
        case 5: .completed(chance.pick([("satisfaite", 60), ("partielle", 30), ("insatisfaite", 10)]))
        default: .unfulfilled(chance.pick([("absent", 3), ("en-emploi", 2), ("en-formation", 2)]))
        }
    }

    private mutating func outcome(of referral: Story.Referral?) -> String? {
        switch referral?.ending {
        case nil: chance.pick([("satisfaite", 70), ("partielle", 15), ("insatisfaite", 8), ("abandonnee", 7)])
        case .completed(let outcome): outcome
        case .cancelled, .withdrawn: "abandonnee"
        case .unfulfilled: chance.pick([("insatisfaite", 1), ("abandonnee", 1)])
        case .waiting, .declined, .accepted: nil
        }
    }

    /// What people come for, with the service that answers it.
    private static let needs: [((theme: String, kind: String), Int)] = [
        (("metiers", "cep-conseil"), 30), (("formation", "cep-conseil"), 25), (("emploi", "cep-accompagnement"), 20),
        (("vae", "conseil-vae"), 8), (("creation-reprise", "creation-reprise"), 7),
        (("decrochage", "appui-decrocheurs"), 5), (("metiers", "orientation-scolaire"), 5),
    ]
    private static let givenNames = [
        "Alix", "Camille", "Dominique", "Claude", "Maxime", "Sacha", "Lou", "Noa", "Andrea",
    ]
}
