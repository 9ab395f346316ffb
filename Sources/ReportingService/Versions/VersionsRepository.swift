import Foundation
import Postgres
import Schema

/// The regions' own versions of definitions, with their history. A row of `contribution_kinds` is the lock of all who
/// write, and its position tells the figures of indicators about indicators.
struct VersionsRepository: Sendable {
    let region: String

    private static let kind = "definitions"

    /// One writer after the other: what is read afterwards stays until the transaction ends.
    func lock(in transaction: Transaction) async throws {
        try await transaction.query("select from contribution_kinds where kind = \(Self.kind) for update")
    }

    /// In order of code and version.
    func list(of code: String? = nil, in transaction: Transaction) async throws -> [StoredVersion] {
        try await find(code.map { "and v.code = \($0)" } ?? "", in: transaction)
    }

    /// In order of version, and of their own.
    func listSteps(
        of code: String, in transaction: Transaction
    ) async throws -> [(version: String, step: VersionStep)] {
        let rows = try await transaction.query(
            """
            select version, step, digest, body, session_date::text as session_date, comment, client, at
            from definition_steps where region = \(region) and code = \(code) order by version, number
            """)
        return try rows.map { row in
            let step = VersionStep(
                kind: try row["step", as: VersionStep.Kind.self], digest: try row["digest", as: [UInt8].self],
                body: try row["body", as: String?.self],
                session: try row["session_date", as: String?.self].flatMap { CalendarDate(text: $0) },
                comment: try row["comment", as: String?.self], client: try row["client", as: String.self],
                at: try row["at", as: Date.self])
            return (try row["version", as: String.self], step)
        }
    }

    /// Stores what a version says from now on.
    func store(
        _ document: DefinitionDocument, as state: StoredVersion.State, by client: String, in transaction: Transaction
    ) {
        let definition = document.definition
        transaction.queue(
            """
            insert into definition_versions (region, code, version, document, digest, state, changed_at, changed_by)
            values (\(region), \(definition.code), \(definition.version.text), \(document.text), \(document.digest),
                \(state), clock_timestamp(), \(client))
            on conflict (region, code, version) do update set document = excluded.document, digest = excluded.digest,
                state = excluded.state, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """)
    }

    func move(_ version: StoredVersion, to state: StoredVersion.State, by client: String, in transaction: Transaction) {
        transaction.queue(
            """
            update definition_versions set state = \(state), changed_at = clock_timestamp(), changed_by = \(client)
            where region = \(region) and code = \(version.code) and version = \(version.version.text)
            """)
    }

    func append(_ step: VersionStep, to code: String, _ version: DefinitionVersion, in transaction: Transaction) {
        transaction.queue(
            """
            insert into definition_steps (region, code, version, number, digest, step, body, session_date, comment,
                client)
            select \(region), \(code), \(version.text), count(*) + 1, \(step.digest), \(step.kind), \(step.body),
                \(step.session?.text)::text::date, \(step.comment), \(step.client)
            from definition_steps where region = \(region) and code = \(code) and version = \(version.text)
            """)
    }

    /// Tells that something was changed.
    func advance(in transaction: Transaction) {
        transaction.queue("update contribution_kinds set position = position + 1 where kind = \(Self.kind)")
    }

    private func find(_ condition: Query, in transaction: Transaction) async throws -> [StoredVersion] {
        let rows = try await transaction.query(
            """
            select v.code, v.version, v.state, v.document, v.digest, v.changed_at, d.at, d.body,
                d.session_date::text as session_date,
                (select count(*) + 1 from definition_steps s
                    where s.region = v.region and s.code = v.code and s.version = v.version) as revision
            from definition_versions v
            left join lateral (
                select at, body, session_date from definition_steps s
                where s.region = v.region and s.code = v.code and s.version = v.version and s.step = 'validated'
                order by number desc limit 1) d on true
            where v.region = \(region) \(condition)
            order by v.code, string_to_array(v.version, '.')::bigint[]
            """)
        return try rows.map(Self.read)
    }

    private static func read(_ row: Row) throws -> StoredVersion {
        let text = try row["version", as: String.self]
        guard let version = DefinitionVersion(text: text) else { throw Refusal(.internalError) }
        var validation: StoredVersion.Validation?
        if let at = try row["at", as: Date?.self], let body = try row["body", as: String?.self],
            let session = try row["session_date", as: String?.self].flatMap({ CalendarDate(text: $0) })
        {
            validation = StoredVersion.Validation(at: at, body: body, session: session)
        }
        return StoredVersion(
            code: try row["code", as: String.self], version: version,
            state: try row["state", as: StoredVersion.State.self], document: try row["document", as: String.self],
            digest: try row["digest", as: [UInt8].self], revision: try row["revision", as: Int.self],
            changedAt: try row["changed_at", as: Date.self], validation: validation)
    }
}
