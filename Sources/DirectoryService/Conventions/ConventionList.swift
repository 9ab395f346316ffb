import Foundation
import Postgres
import Schema

/// The conventions of the SPRO, level by level, the newest first. They are for no place and no audience, bind structures
/// of their own region, and go on naming those that are no more: they tell who signed.
extension ConventionDraft: ServedListing {
    static var kinds: Vocabulary { .conventionLevel }
    static var kindParameter: String { "level" }
    static var isForPlaces: Bool { false }
    static var bindsStructures: Bool { true }

    /// Without `on`, all of them: those that have ended and those to come are asked about, too.
    static func filter(_ query: inout ListingParameters) -> @Sendable (ConventionDraft) -> Bool {
        let (regions, networks) = (query.geography.knownRegion, query.networks.named)
        let party = TextRule<ConventionParty>.conventionParty.map { party throws(Flaw) -> [String] in
            switch party {
            case .region(let code): [ConventionParty.region(try regions.read(code)).text]
            case .network(let code): try networks.read(code)
            case .state, .structure: [party.text]
            }
        }
        let parties = query.values("party", party)
        let day = query.day("on")
        return { convention in
            day.map(convention.isValid) != false
                && parties?.isDisjoint(with: convention.parties.map(\.text)) != true
        }
    }

    func rank(tie: UInt64) -> String {
        let level = Self.kinds.codes.firstIndex(of: kind) ?? Self.kinds.codes.count
        // A later day, a smaller number.
        return "\(level)|\(reach.region)|\(10_000_000 - validFrom.daysSinceEpoch)"
    }

    var namedStructures: [(id: UUID, pointer: String)] {
        parties.enumerated().compactMap { place, party in
            if case .structure(let id) = party { (id, "/parties/\(place)") } else { nil }
        }
    }
    var namedNetworks: [(code: String, pointer: String)] {
        parties.enumerated().compactMap { place, party in
            if case .network(let code) = party { (code, "/parties/\(place)") } else { nil }
        }
    }
    /// Pôle emploi signed as Pôle emploi.
    var networksOn: CalendarDate? { validFrom }

    static func tell(in transaction: Transaction) async throws {
        try await DirectoryEventRepository(transaction: transaction).tellConventions()
    }
}
