import Charters
import Events
import Foundation
import Postgres
import Schema

/// The labels of structures, as the procedure gives and takes them, within the transaction of the step: the structure's
/// next version, its history, and what is told of a decision (D2).
struct LabelRepository {
    let transaction: Transaction

    /// Makes the labels of an application's structures what its step says. Whoever calls it tells the structures
    /// (D1) once all of the transaction's labels are written.
    ///
    /// - Parameters:
    ///   - state: where the application stands from now on.
    ///   - day: that the label shows: of its grant where it is in force again.
    ///   - decidedOn: of what is told.
    ///   - isOfList: whether it is one of a list's: one structure that ended meanwhile does not keep the others from
    ///     their labels.
    /// - Throws: ``Refusal`` 409 where a label would go to a structure that is no more.
    func follow(
        _ state: ApplicationState, of application: Application, on day: CalendarDate, decidedOn: CalendarDate,
        isOfList: Bool, by author: Author
    ) async throws {
        let call = application.call
        guard call.procedure.kind == .labelling else { return }
        let ids = application.candidates.map(\.structure.id)
        // Whoever writes a structure holds the locations before any of its rows (`hold_locations`).
        let rows = try await transaction.pipeline([
            "select pg_advisory_xact_lock_shared(8318274334706393443)",
            """
            select id, document -> 'label' as label, removed_at is not null as is_removed from structures
            where id = any(\(ids)) order by id for no key update
            """,
        ])[1]
        for row in rows {
            let id = try row["id", as: UUID.self]
            guard try !row["is_removed", as: Bool.self] else {
                if state == .granted, !isOfList { throw Self.removed }
                continue
            }
            let present = try row["label", as: JSONB?.self].flatMap(Self.label)
            let before = application.candidates.first { $0.structure.id == id }?.labelBefore
            let next = LabelRule.label(
                after: state, charter: call.charter, on: day, present: present, before: before)
            if let next, next != present { try await set(next, of: id, application, on: decidedOn, by: author) }
        }
    }

    static func label(_ document: JSONB) throws -> Label? {
        let value = try JSONValue(parsing: document.bytes)
        return value == .null ? nil : try ObjectReader.read(value) { Label($0) }
    }

    private func set(
        _ label: Label, of id: UUID, _ application: Application, on day: CalendarDate, by author: Author
    ) async throws {
        let document = JSONB(label.storedJSON)
        let isDecision = LabelRule.isDecision(label)
        let results = try await transaction.pipeline([
            """
            update structures set document = jsonb_set(document, '{label}', \(document)), version = version + 1,
                updated_at = now(), changed_xid = pg_current_xact_id()
            where id = \(id) returning version, document
            """,
            """
            insert into structure_labels as l (structure_id, label, told)
            values (\(id), \(document), case when \(isDecision) then 1 else 0 end)
            on conflict (structure_id) do update set label = excluded.label, told = l.told + excluded.told
            returning told
            """,
        ])
        guard let row = results[0].first, let told = try results[1].first?.decode(Int.self) else { return }
        try await transaction.query(
            HistoryRepository.insert(
                .labelled, of: id, version: try row["version", as: Int.self], try row["document", as: JSONB.self],
                by: author))
        guard isDecision else { return }
        // Its day is what is known of a decision: it is never before what it decides of.
        let decidedAt = max(ParisClock.start(of: day), application.filedAt ?? .distantPast)
        let decision = LabelDecision(
            call: application.call.id, structure: id, filedAt: application.filedAt, decidedAt: decidedAt,
            decision: label.state)
        try await transaction.query(EventOutbox.append([Event(sequence: told, data: .labelDecided(decision))]))
    }

    private static let removed = Refusal(
        .conflict, violations: [Violation(.unknownStructure, at: "/step")])
}

extension Label {
    var storedJSON: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }
}
