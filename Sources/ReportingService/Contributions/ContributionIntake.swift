import Charters
import Foundation
import Postgres
import Schema
import Tokens

/// Takes in a file of contributions: all of it in one transaction, or nothing.
struct ContributionIntake: Sendable {
    let pool: Pool
    let charters: CharterSet
    private let repository = ContributionRepository()

    init(pool: Pool, charters: CharterSet) {
        self.pool = pool
        self.charters = charters
    }

    /// - Throws: ``Refusal`` `forbidden` where the caller does not act for those whom a record is about, `invalid-body`
    ///   with what is wrong between the records, with the directory or with the charter.
    func take<Kind: Contribution>(
        _ records: [(place: Int?, value: Kind)], from caller: VerifiedToken
    ) async throws -> ContributionOutcome {
        let owner = try Self.owner(Kind.self, caller)
        return try await pool.withTransaction(timeout: .seconds(60)) { transaction in
            try await repository.lock(Kind.kind, of: owner, in: transaction)
            let regions = try await judge(records, from: caller, in: transaction)
            var rows = CopyRows()
            for (place, region) in regions.enumerated() {
                let stamp = ContributionStamp(place: place, client: caller.clientID, region: region)
                try records[place].value.append(to: &rows, stamp)
            }
            let taken = try await repository.stage(rows, for: Kind.table, in: transaction)
            if !taken.isEmpty, let unique = Kind.table.uniqueness {
                let violation = Violation(unique.flaw, at: "/" + unique.name)
                throw Refusal(.invalidBody, violations: taken.map { violation.placed(at: records[$0].place) })
            }
            return try await repository.merge(Kind.kind, Kind.table, in: transaction)
        }
    }

    /// - Returns: whether the caller had contributed such a record.
    func remove<Kind: Contribution>(
        _ externalID: String, of kind: Kind.Type, from caller: VerifiedToken
    ) async throws -> Bool {
        let owner = try Self.owner(kind, caller)
        return try await pool.withTransaction(timeout: .seconds(60)) { transaction in
            try await repository.lock(Kind.kind, of: owner, in: transaction)
            let own = Kind.table.owner == .client ? caller.clientID : owner
            return try await repository.delete(externalID, Kind.kind, Kind.table, of: own, in: transaction)
        }
    }

    /// Whose records of the kind wait for one another: of what the region alone contributes the region's, whichever its
    /// client is, because there may be one of each; else the client's.
    private static func owner<Kind: Contribution>(_ kind: Kind.Type, _ caller: VerifiedToken) throws(Refusal) -> String
    {
        guard Kind.isRegionsOwn else { return caller.clientID }
        guard let region = ContributionReach(caller).wholeRegion else { throw forbidden }
        return region
    }

    /// - Returns: the region of each record.
    private func judge<Kind: Contribution>(
        _ records: [(place: Int?, value: Kind)], from caller: VerifiedToken, in transaction: Transaction
    ) async throws -> [String] {
        let places = try await places(named: records.map(\.value), in: transaction)
        let reach = ContributionReach(caller)
        var (regions, violations) = ([String](), [Violation]())
        var (ids, keys) = (Set<String>(), Set<String>())
        for (place, record) in records {
            var found: [Violation] = []
            if !ids.insert(record.externalID).inserted { found.append(Violation(.duplicateItem, at: "/external_id")) }
            if let key = record.uniqueKey, let unique = Kind.table.uniqueness, !keys.insert(key).inserted {
                found.append(Violation(.duplicateItem, at: "/" + unique.name))
            }
            switch reach.verdict(on: record.subject, places) {
            case .beyond: throw Self.forbidden
            case .unknown(let name): found.append(Violation(record.subject.unknown, at: "/" + name))
            case .within(let region):
                regions.append(region)
                let own = record.violations(under: charters.charters[region])
                found += own
                if reach.wholeRegion == nil {
                    found += record.regionsWords.map { Violation(.regionsWord, at: "/" + $0) }
                }
                if own.isEmpty, let network = record.networkOfSubject, case .structure(let id, _) = record.subject,
                    places.structures[id]?.networks.contains(network) != true
                {
                    found.append(Violation(.notItsNetwork, at: "/network"))
                }
            }
            for mention in record.mentions {
                for (index, id) in mention.structures.enumerated() where places.structures[id] == nil {
                    found.append(Violation(.unknownStructure, at: "/\(mention.name)/\(index)"))
                }
            }
            // Whoever acts for none of the later ones is told so all the same; more than are shown need not be kept.
            if violations.count < Refusal.shownViolations { violations += found.map { $0.placed(at: place) } }
        }
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
        return regions
    }

    private func places(
        named records: [some Contribution], in transaction: Transaction
    ) async throws -> ContributionPlaces {
        var (structures, territories) = (Set<UUID>(), Set<String>())
        for record in records {
            switch record.subject {
            case .structure(let id, _): structures.insert(id)
            case .territory(let key, _): territories.insert(key)
            case .network, .region: break
            }
            for mention in record.mentions { structures.formUnion(mention.structures) }
        }
        guard !structures.isEmpty || !territories.isEmpty else {
            return ContributionPlaces(structures: [:], regions: [:])
        }
        return try await repository.places(
            structures: Array(structures), territories: Array(territories), in: transaction)
    }

    /// The same whatever exists.
    private static let forbidden = Refusal(
        .forbidden,
        fr: "Une de ces contributions n’est pas à donner par ce client, qui n’agit pas pour qui elle concerne.",
        en: "One of these contributions is not this client’s to give: it does not act for whom it is about.")
}

extension ContributionSubject {
    fileprivate var unknown: Flaw {
        if case .territory = self { .unknownTerritory } else { .unknownStructure }
    }
}

extension Flaw {
    fileprivate static let regionsWord = Flaw(
        "regions-word", fr: "Seule la région le dit.", en: "Only the region says so.")
    fileprivate static let unknownStructure = Flaw(
        "unknown-structure", fr: "L’annuaire n’a pas encore fait connaître cette structure.",
        en: "The directory has not told of this structure yet.")
    fileprivate static let notItsNetwork = Flaw(
        "not-its-network", fr: "La structure n’est pas de ce réseau.", en: "The structure is not of this network.")
    fileprivate static let unknownTerritory = Flaw(
        "unknown-territory", fr: "L’annuaire n’a pas encore fait connaître la région de ce territoire.",
        en: "The directory has not told of this territory’s region yet.")
}
