package import Schema

/// The charters of all regions, and the networks that they know together.
package struct CharterSet: Sendable {
    /// By region (INSEE code).
    package let charters: [String: Charter]
    /// Every network of any charter, in the order of codes.
    package let networks: [KnownNetwork]
    private let byCode: [String: KnownNetwork]
    private let codeByAlias: [String: String]

    /// Loads every `*.yaml` of a folder. One mistake in one file stops everything; the failure names them all.
    package static func load(from directory: String) throws(CharterFailure) -> CharterSet {
        let files = try CharterFile.files(in: directory) { name, object, _ in CharterReading(object, file: name) }
        let mistakes = files.flatMap(\.mistakes) + NetworkRelations.mistakes(in: files)
        guard mistakes.isEmpty else { throw CharterFailure(mistakes) }
        return CharterSet(files.compactMap { $0.value?.charter })
    }

    package func network(_ code: String) -> KnownNetwork? { byCode[code] }

    /// False for a code that no charter knows.
    package func isValid(network code: String, on day: CalendarDate) -> Bool {
        byCode[code]?.isValid(on: day) ?? false
    }

    /// The network that a code or alias means on a day: itself, or whoever has followed it by then
    /// (`pole-emploi` is France Travail since 2024). Nil for an unknown name, and before the network began.
    package func resolve(_ codeOrAlias: String, on day: CalendarDate) -> KnownNetwork? {
        var network = byCode[codeOrAlias] ?? codeByAlias[codeOrAlias].flatMap { byCode[$0] }
        // Every successor ends later than its predecessor, so this comes to an end.
        while let current = network, let end = current.validTo, end < day {
            network = current.successor.flatMap { byCode[$0] }
        }
        return network.flatMap { $0.isValid(on: day) ? $0 : nil }
    }

    /// Which of a region's structures count; of one without a charter, all signatories and members.
    package func recognition(in region: String) -> Recognition {
        Recognition(demandsLabel: charters[region]?.label?.kind == .labelling)
    }

    private init(_ charters: [Charter]) {
        self.charters = Dictionary(uniqueKeysWithValues: charters.map { ($0.region, $0) })
        var entries: [String: [(region: String, network: Network)]] = [:]
        for charter in charters {
            for network in charter.networks { entries[network.code, default: []].append((charter.region, network)) }
        }
        networks = entries.sorted { $0.key < $1.key }.map { entry in
            let first = entry.value[0].network
            return KnownNetwork(
                code: first.code, name: first.name, kind: first.kind,
                aliases: Set(entry.value.flatMap(\.network.aliases)).sorted(),
                validFrom: first.validFrom, validTo: first.validTo, successor: first.successor,
                cepOperator: first.cepOperator, regions: entry.value.map(\.region).sorted())
        }
        byCode = Dictionary(uniqueKeysWithValues: networks.map { ($0.code, $0) })
        let names = networks.flatMap { network in network.aliases.map { ($0, network.code) } }
        codeByAlias = Dictionary(names, uniquingKeysWith: { first, _ in first })
    }
}
