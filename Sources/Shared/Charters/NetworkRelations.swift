import Schema

/// What the networks of the charters must be to one another: in one file a successor stands beside its predecessor,
/// and all files call a network the same, so that a code or an alias means one network everywhere.
struct NetworkRelations {
    private let files: [CharterFile]
    private var mistakes: [CharterFailure.Mistake] = []

    static func mistakes(in files: [CharterFile]) -> [CharterFailure.Mistake] {
        var relations = NetworkRelations(files: files)
        files.forEach { relations.checkSuccessors(in: $0) }
        relations.checkAgreement()
        relations.checkAliases()
        return relations.mistakes
    }

    private init(files: [CharterFile]) { self.files = files }

    private mutating func checkSuccessors(in file: CharterFile) {
        let codes = file.networks.map(\.code)
        for (index, network) in file.networks.enumerated() {
            guard let successor = network.successor, let validTo = network.validTo else { continue }
            guard let next = file.networks.first(where: { $0.code == successor }) else {
                report(.unknownCode(codes.filter { $0 != network.code }), file, index, "successor")
                continue
            }
            // No gap in between; and as every step leads to a later end, a chain of successors comes to one.
            let dayAfter = CalendarDate(daysSinceEpoch: validTo.daysSinceEpoch + 1)
            if let dayAfter, !next.isValid(on: dayAfter) { report(.notYetThere, file, index, "successor") }
        }
    }

    /// Names and dates are facts and the same in every region; who heads a network, and the passage, are the region's.
    private mutating func checkAgreement() {
        var first: [String: (file: CharterFile, network: Network)] = [:]
        for file in files {
            for (index, network) in file.networks.enumerated() {
                guard let other = first[network.code] else {
                    first[network.code] = (file, network)
                    continue
                }
                // A code twice in one file is a mistake of its own.
                guard other.file.name != file.name else { continue }
                let flaw = Flaw.saysOtherwise(other.file.name)
                for (key, agrees) in Self.comparison(of: network, with: other.network) where !agrees {
                    report(flaw, file, index, key)
                }
            }
        }
    }

    private static func comparison(of one: Network, with other: Network) -> [(key: String, agrees: Bool)] {
        [
            ("name", one.name == other.name), ("kind", one.kind == other.kind),
            ("valid_from", one.validFrom == other.validFrom), ("valid_to", one.validTo == other.validTo),
            ("successor", one.successor == other.successor), ("cep_operator", one.cepOperator == other.cepOperator),
        ]
    }

    private mutating func checkAliases() {
        let networks = files.flatMap(\.networks)
        let byCode = Dictionary(networks.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        var meaning: [String: String] = [:]
        for file in files {
            for (index, network) in file.networks.enumerated() {
                for (place, alias) in network.aliases.enumerated() {
                    let known = meaning[alias] ?? network.code
                    meaning[alias] = known
                    if known != network.code { report(.aliasOf(known), file, index, "aliases/\(place)") }
                    // An alias may be a code only of a network that this one has followed.
                    if let namesake = byCode[alias], namesake.successor != network.code {
                        report(.aliasOf(alias), file, index, "aliases/\(place)")
                    }
                }
            }
        }
    }

    private mutating func report(_ flaw: Flaw, _ file: CharterFile, _ index: Int, _ key: String) {
        mistakes.append(file.mistake(flaw, at: "/networks/\(index)/\(key)"))
    }
}

extension Flaw {
    static let notYetThere = Flaw(
        "successor-not-valid", fr: "Le successeur n’est pas valide le lendemain de la fin de ce réseau.",
        en: "The successor is not valid on the day after this network’s end.")

    static func saysOtherwise(_ file: String) -> Flaw {
        Flaw(
            "charters-disagree", fr: "\(file) dit autre chose de ce réseau.",
            en: "\(file) says otherwise of this network.")
    }

    static func aliasOf(_ code: String) -> Flaw {
        Flaw(
            "ambiguous-alias", fr: "Ce nom désigne déjà le réseau \(code).",
            en: "This name already means the network \(code).")
    }
}
