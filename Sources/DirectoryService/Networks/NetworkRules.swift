import Charters
import Foundation
import Schema

/// What the charters say of networks, on the day of the question.
struct NetworkRules: Sendable {
    let charters: CharterSet
    let today: @Sendable () -> CalendarDate

    /// Whether a network of this code takes part on a day; nil is today.
    func isNetwork(_ code: String, on day: CalendarDate? = nil) -> Bool {
        charters.isValid(network: code, on: day ?? today())
    }

    /// The codes that records have of what a code or alias means: its own, and that of whoever has followed it by today.
    /// - Returns: nothing where no charter knows it.
    func codes(ofNamed name: String) -> [String] {
        let known = charters.network(name) ?? charters.networks.first { $0.aliases.contains(name) }
        guard let known else { return [] }
        return Set([known.code] + [charters.resolve(name, on: today())?.code].compactMap(\.self)).sorted()
    }

    /// A network that a list is asked for, by any of its names (``codes(ofNamed:)``).
    var named: TextRule<[String]> {
        TextRule<String>.slug.map { name throws(Flaw) in
            let codes = codes(ofNamed: name)
            guard !codes.isEmpty else { throw Self.unknown }
            return codes
        }
    }

    private static let unknown = Flaw(
        "unknown-network", fr: "Aucune charte ne connaît ce réseau : /v1/networks les donne tous.",
        en: "No charter knows this network: /v1/networks has them all.")

    /// Whether it gives career development advice above level 1.
    func isAdviser(_ code: String) -> Bool { isNetwork(code) && charters.network(code)?.cepOperator == true }
}
