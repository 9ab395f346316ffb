import Events
import Postgres
import Web

/// The directory's schema, step by step. A step that has run anywhere is never edited: add another.
enum DirectoryMigrations {
    static let all: [Migration] = [
        .geography,
        .structures,
        .idempotencyKeys(number: 3),
        .events(number: 4),
        .toldTerritories,
        .structureConstraints,
        .offersAndParents,
        .communeHistory,
        .communeLocations,
        .structureLife,
        .listings,
        .namedStructures,
        .conventions,
        .territoryCoordinations,
        .calls,
        .exchange,
        .imports,
        .publicLabels,
        .toldPoints,
    ]
}
