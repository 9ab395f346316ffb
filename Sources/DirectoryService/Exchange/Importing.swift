import Charters
import Postgres
import Schema

/// One import, from bytes to report: the file is read and judged outside any transaction, what it says is stored in
/// one.
struct Importing {
    let subject: App.Import.Subject
    let charters: String
    let isDryRun: Bool
    /// Whether territories that the file leaves out may go.
    var replaces = false
    /// Of structures.
    var format = StructureFormat.lines
    /// The region whose structures alone may be written, and for which; nil where the operator imports.
    var region: String?
    /// Who imports, as the history names it.
    var author = Author(client: "import")
    /// Tells the replicas; a failure of it does not undo what is stored.
    var announce: @Sendable (Connection) async throws -> Void = ChangeRepository.announce(on:)

    /// What else is stored in the transaction of what the file says.
    var conclude: @Sendable (ImportReport, Transaction) async throws -> Void = { _, _ in }

    /// Thrown to roll back what must not stay.
    private struct NothingStored: Error { let report: ImportReport }

    func run(_ source: ImportSource, on connection: Connection) async throws -> ImportReport {
        let records = try await connection.withTransaction(
            TransactionOptions(isolation: .repeatableRead, readOnly: true, timeout: .seconds(60))
        ) { try await GeographyRepository().read(in: $0, withContours: false) }
        var report = ImportReport(subject: subject.rawValue)
        let content: ImportContent
        do {
            content = try await read(source, judgedBy: records, &report, on: connection)
        } catch let failure as CSVReader.Failure {
            let flaw = Flaw("not-csv", fr: failure.reason.fr, en: failure.reason.en)
            report.complain(line: failure.line, [Violation(flaw, at: "")])
            return report
        }
        guard report.isClean else { return report }
        report = try await store(content, judgedBy: records, report, on: connection)
        if subject == .structures { try await StructureStaging.discard(on: connection) }
        guard report.isClean, !isDryRun else { return report }
        do {
            // Replicas look each second; this one tells them now.
            try await announce(connection)
        } catch {
            report.warn("stored, but the replicas could not be told: they will see it within seconds (\(error))")
        }
        return report
    }

    private func read(
        _ source: ImportSource, judgedBy records: GeographyRecords, _ report: inout ImportReport,
        on connection: Connection
    ) async throws -> ImportContent {
        let geography = try records.geography()
        switch subject {
        case .communes: return .communes(try CommuneImport.read(await source.whole(), &report))
        case .communeChanges:
            let known = try records.communeChanges()
            return .changes(try CommuneChangeImport.read(await source.whole(), beside: known, &report))
        case .contours: return .contours(ContourImport.read(try await source.whole(), in: geography, &report))
        case .territories:
            let territories = try TerritoryImport.read(await source.whole(), in: geography, &report)
            let replacement = TerritoryReplacement(of: territories, in: geography)
            if report.isClean, !replaces, !replacement.removed.isEmpty {
                report.complain(line: 0, [TerritoryImport.removes(replacement.removed)])
            }
            return .territories(replacement)
        case .structures:
            let rules = StructureRules(geography: geography, networks: try networks)
            try await StructureImport.stage(
                source, as: format, rules: rules, of: region, &report, on: connection)
            return .structures
        case .agenda: return .listings(try await listings(source, of: AgendaEventDraft.self, in: geography, &report))
        case .schemes: return .listings(try await listings(source, of: SchemeDraft.self, in: geography, &report))
        case .resources: return .listings(try await listings(source, of: ResourceDraft.self, in: geography, &report))
        case .conventions:
            return .listings(try await listings(source, of: ConventionDraft.self, in: geography, &report))
        }
    }

    private func listings<Draft: ServedListing>(
        _ source: ImportSource, of list: Draft.Type, in geography: Geography, _ report: inout ImportReport
    ) async throws -> ListingImport<Draft> {
        try await ListingImport(
            source.lines(), rules: ListingRules(geography: geography, networks: try networks), &report)
    }

    var networks: NetworkRules {
        get throws { NetworkRules(charters: try CharterSet.load(from: charters), today: { ParisClock.today }) }
    }

    /// - Returns: the report with what was stored; with complaints, and in a dry run, nothing was.
    private func store(
        _ content: ImportContent, judgedBy records: GeographyRecords, _ judged: ImportReport,
        on connection: Connection
    ) async throws -> ImportReport {
        do {
            return try await connection.withTransaction(TransactionOptions(timeout: .seconds(900))) { transaction in
                var report = judged
                if try await GeographyRepository().lock(in: transaction) != records.version {
                    report.complain(line: 0, [Self.overtaken])
                } else {
                    try await content.store(by: self, judgedBy: records, &report, in: transaction)
                }
                guard report.isClean else { throw NothingStored(report: report) }
                try await content.tell(in: transaction)
                // What a commit would find wrong, a dry run must find, too.
                try await transaction.query("set constraints all immediate")
                if isDryRun { throw NothingStored(report: report) }
                try await conclude(report, transaction)
                return report
            }
        } catch let nothing as NothingStored {
            return nothing.report
        } catch let error as DatabaseError {
            guard let name = error.constraint,
                let violation = StructureConstraints.violations[name] ?? GeographyConstraints.violations[name]
            else { throw error }
            var report = judged
            report.complain(line: 0, [violation])
            return report
        }
    }

    private static let overtaken = Violation(
        Flaw(
            "overtaken", fr: "Les données de référence ont changé pendant la lecture du fichier : recommencez.",
            en: "The reference data changed while the file was read: run the import again."), at: "")
}
