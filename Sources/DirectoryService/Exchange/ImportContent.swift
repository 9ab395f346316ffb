import Charters
import Postgres
import Schema

/// What a file says, once it is sound.
enum ImportContent {
    case communes([Commune])
    case changes([CommuneChange])
    case contours([String: Contour])
    case territories(TerritoryReplacement)
    /// Staged in the connection's session.
    case structures
    case listings(any StorableListings)

    /// Stores it, or reports what keeps it from being stored.
    /// - Parameter records: by which the file was judged.
    func store(
        by importing: Importing, judgedBy records: GeographyRecords, _ report: inout ImportReport,
        in transaction: Transaction
    ) async throws {
        let geography = GeographyRepository()
        switch self {
        case .communes(let communes): report.changed = try await geography.upsert(communes, in: transaction)
        case .changes(let changes): report.changed = try await geography.insert(changes, in: transaction)
        case .contours(let contours): report.changed = try await geography.upsert(contours, in: transaction)
        case .territories(let replacement):
            let named = try await geography.structures(naming: replacement.removed, in: transaction)
            report.complain(line: 0, named.map { TerritoryImport.isNamed($0.territory, by: $0.count) })
            let coordinated = try await CoordinationRepository.coordinated(replacement.removed, in: transaction)
            report.complain(line: 0, coordinated.map(TerritoryImport.isCoordinated))
            guard report.isClean else { return }
            try await geography.apply(replacement, in: transaction)
            (report.changed, report.removed) = (replacement.changed.count, replacement.removed.count)
        case .structures:
            let charter = try importing.region.flatMap { try importing.networks.charters.charters[$0] }
            report.changed = try await StructureImport.store(
                importing.format, for: importing.region, under: charter, by: importing.author,
                in: try records.geography(), &report, in: transaction)
        case .listings(let entries): report.changed = try await entries.store(by: "import", &report, in: transaction)
        }
    }

    /// In the transaction of what it tells.
    func tell(in transaction: Transaction) async throws {
        let events = DirectoryEventRepository(transaction: transaction)
        switch self {
        // Lists that are told of are where they are stored.
        case .contours, .listings: break
        case .communes, .changes: try await events.tellMoved()
        case .territories:
            try await events.tellTerritories()
            try await events.tellMoved()
        case .structures: try await events.tellStructures()
        }
    }
}
