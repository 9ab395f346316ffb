import Postgres
import Schema
import Web

/// The versions of one indicator in one region: each change is one transaction, one after the other, with its history.
struct RegionVersions: Sendable {
    let pool: Pool
    let shipped: DefinitionDocument
    let region: String
    let readings: DefinitionReadings

    private var repository: VersionsRepository { VersionsRepository(region: region) }
    private var code: String { shipped.definition.code }

    func list() async throws -> [VersionView] {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { try await list(in: $0) }
    }

    /// - Parameter demanded: the revision that the change was made from, where the caller says so.
    /// - Returns: the version, and whether the region has it for the first time.
    func write(
        _ document: DefinitionDocument, from demanded: Int?, by client: String
    ) async throws -> (view: VersionView, isNew: Bool) {
        let version = document.definition.version
        return try await pool.withTransaction { transaction in
            let own = try await lock(in: transaction)
            let current = own.first { $0.version == version }
            // What is already so is answered, whatever it was made from (RFC 9110 §13.1.1).
            guard current?.digest != document.digest else { return (try await show(version, in: transaction), false) }
            try expect(demanded, of: version, current)
            let steps = try VersionLife.write(document, over: current, by: client)
            try hold(document.definition, among: own)
            repository.store(document, as: .draft, by: client, in: transaction)
            note(steps, of: version, in: transaction)
            return (try await show(version, in: transaction), current == nil)
        }
    }

    func propose(_ version: DefinitionVersion, from demanded: Int?, by client: String) async throws -> VersionView {
        try await pool.withTransaction { transaction in
            let own = try await lock(in: transaction)
            let current = own.first { $0.version == version }
            guard let document = current.map(readings.document(of:)) ?? (isShipped(version) ? shipped : nil) else {
                throw current == nil ? Self.unknown : Self.unreadable
            }
            if current?.state != .proposed { try expect(demanded, of: version, current) }
            let steps = try VersionLife.propose(document, current, by: client)
            guard !steps.isEmpty else { return try await show(version, in: transaction) }
            if current == nil { try hold(document.definition, among: own) }
            repository.store(document, as: .proposed, by: client, in: transaction)
            note(steps, of: version, in: transaction)
            return try await show(version, in: transaction)
        }
    }

    /// - Parameter demanded: the revision that the body has seen.
    func decide(
        _ draft: DecisionDraft, on version: DefinitionVersion, seen demanded: Int, by client: String
    ) async throws -> VersionView {
        try await pool.withTransaction { transaction in
            let own = try await lock(in: transaction)
            guard let current = own.first(where: { $0.version == version }) else {
                throw isShipped(version) ? Self.notTakenUp : Self.unknown
            }
            let last = try await show(version, in: transaction).steps.last
            let step = try VersionLife.decide(draft, on: current, seen: demanded, after: last, by: client)
            guard let step else { return try await show(version, in: transaction) }
            if draft.isValidation {
                guard readings.document(of: current) != nil else { throw Self.unreadable }
                for before in own where before.state == .validated {
                    repository.move(before, to: .superseded, by: client, in: transaction)
                    let end = VersionStep(kind: .superseded, digest: before.digest, client: client)
                    repository.append(end, to: code, before.version, in: transaction)
                }
            }
            repository.move(current, to: draft.isValidation ? .validated : .refused, by: client, in: transaction)
            note([step], of: version, in: transaction)
            return try await show(version, in: transaction)
        }
    }

    // MARK: Within a transaction

    private func lock(in transaction: Transaction) async throws -> [StoredVersion] {
        try await repository.lock(in: transaction)
        return try await repository.list(of: code, in: transaction)
    }

    private func list(in transaction: Transaction) async throws -> [VersionView] {
        let own = try await repository.list(of: code, in: transaction)
        let steps = try await repository.listSteps(of: code, in: transaction)
        return VersionView.all(of: shipped, in: region, own: own, steps)
    }

    private func show(_ version: DefinitionVersion, in transaction: Transaction) async throws -> VersionView {
        guard let view = try await list(in: transaction).first(where: { $0.version == version }) else {
            throw Self.unknown
        }
        return view
    }

    private func note(_ steps: [VersionStep], of version: DefinitionVersion, in transaction: Transaction) {
        for step in steps { repository.append(step, to: code, version, in: transaction) }
        repository.advance(in: transaction)
    }

    private func isShipped(_ version: DefinitionVersion) -> Bool { version == shipped.definition.version }

    private func expect(_ demanded: Int?, of version: DefinitionVersion, _ current: StoredVersion?) throws(Refusal) {
        guard let demanded else { return }
        let revision = current?.revision ?? (isShipped(version) ? StoredVersion.untouched : nil)
        guard demanded == revision else { throw .staleVersion }
    }

    private func hold(_ definition: IndicatorDefinition, among own: [StoredVersion]) throws(Refusal) {
        for other in VersionLife.relatives(of: definition.version, among: own, shipped, readings: readings) {
            let names = FormulaRule.differences(definition, other)
            if !names.isEmpty { throw Self.otherFormula(names, other) }
        }
    }

    static let unknown = Refusal(
        .notFound, fr: "Cette version n’existe pas dans cette région.", en: "There is no such version in this region.")
    private static let notTakenUp = Refusal(
        .conflict, fr: "La région n’a pas proposé cette version.", en: "The region has not proposed this version.")
    private static let unreadable = Refusal(
        .conflict, fr: "Cette version ne peut plus être lue par le service : écrivez-en une nouvelle.",
        en: "The service can no longer read this version: write a new one.")

    private static func otherFormula(_ names: [String], _ other: IndicatorDefinition) -> Refusal {
        let list = names.joined(separator: ", ")
        return Refusal(
            .conflict,
            detail: LocalizedText(
                fr: "La formule n’est pas celle de \(other.reference) (\(list)) : il faut un nouveau numéro majeur.",
                en: "The formula is not that of \(other.reference) (\(list)): it takes a new major number."),
            members: ["differing_measures": .array(names.map(JSONValue.string))])
    }
}
