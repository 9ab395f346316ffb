import Foundation
import Schema

/// The map of *prestations* and *dispositifs*, by their names. Only regions write it: nobody buys a place by a name.
extension SchemeDraft: ServedListing {
    static var kinds: Vocabulary { .schemeKind }

    /// Without `on`, what can be had today, by the days of Paris.
    static func filter(_ query: inout ListingParameters) -> @Sendable (SchemeDraft) -> Bool {
        let themes = query.values("theme", .code(Vocabulary.theme.codes))
        let situations = query.values("situation", .code(Vocabulary.situation.codes))
        let networks = query.values("network", query.networks.named)
        let day = query.day("on") ?? ParisClock.day(of: query.now)
        return { scheme in
            scheme.isValid(on: day) && themes?.isDisjoint(with: scheme.themes) != true
                && situations?.isDisjoint(with: scheme.situations) != true
                && networks?.isDisjoint(with: scheme.networks) != true
        }
    }

    func rank(tie: UInt64) -> String { Self.alphabetical(name) }

    var namedStructures: [(id: UUID, pointer: String)] {
        structures.enumerated().map { ($0.element, "/structures/\($0.offset)") }
    }
    var namedNetworks: [(code: String, pointer: String)] {
        networks.enumerated().map { ($0.element, "/networks/\($0.offset)") }
    }
}
