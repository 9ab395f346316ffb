import Postgres

/// The tables of what the directory tells. Each row is stored once, by its event or its structure's version.
struct DirectoryFactRepository {
    let transaction: Transaction

    func store(_ facts: DirectoryFacts) async throws {
        let incoming = IncomingFactRepository(transaction: transaction)
        try await incoming.store(facts.structureStates, in: "structure_states", Self.structureStates)
        try await incoming.store(facts.structureOffers, in: "structure_offers", Self.structureOffers)
        try await incoming.store(facts.structureClosures, in: "structure_closures", Self.structureClosures)
        try await incoming.store(facts.labelDecisions, in: "label_decisions", Self.labelDecisions)
        try await incoming.store(facts.conventionStates, in: "convention_states", Self.conventionStates)
        try await incoming.store(facts.territoryStates, in: "territory_states", Self.territoryStates)
    }

    func deleteAll() async throws {
        try await transaction.pipeline([
            "delete from structure_states", "delete from structure_offers", "delete from structure_closures",
            "delete from label_decisions", "delete from convention_states", "delete from territory_states",
        ])
    }

    private static let structureStates: [Identifier] = [
        "structure", "version", "since", "is_gone", "region", "status", "label_state", "located_in", "zones",
        "territories", "networks", "participates_in", "accessibility", "staff_declared", "staff_qualified",
        "logo_displayed_on", "latitude", "longitude",
    ]
    private static let structureOffers: [Identifier] = [
        "structure", "version", "offer", "service_kind", "channels", "accesses", "zones", "verified_on", "half_days",
    ]
    private static let structureClosures: [Identifier] = [
        "structure", "version", "first_day", "last_day", "announced_on",
    ]
    private static let labelDecisions: [Identifier] = [
        "event", "structure", "decided_at", "label_state", "call", "filed_at",
    ]
    private static let conventionStates: [Identifier] = [
        "event", "convention", "since", "is_gone", "level", "parties", "valid_from", "valid_until",
    ]
    private static let territoryStates: [Identifier] = [
        "event", "territory", "since", "coordinator_designated", "committee_structures",
    ]
}
