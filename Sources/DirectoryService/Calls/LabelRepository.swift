import Charters
import Events
import Foundation
import Postgres
import Schema

/// The labels of structures, as their applications give and take them (``LabelRule``), within the transaction that
/// changes these: the structure's next version, its history, and what is told of a decision (D2).
struct LabelRepository {
    let transaction: Transaction

    /// A step that changed what a public application has come to.
    struct Occasion {
        let application: Application
        /// Where the application stands from now on.
        let state: ApplicationState
        /// Of the decision.
        let day: CalendarDate
        /// Whether the step is one of a list's: one structure that ended meanwhile does not keep the others from their
        /// labels.
        let isOfList: Bool
    }

    /// Makes the labels of structures what their applications say. Whoever calls it tells the structures (D1) once all
    /// of the transaction's labels are written.
    ///
    /// - Throws: ``Refusal`` 409 where a label would go to a structure that is no more.
    func follow(_ ids: [UUID], after occasion: Occasion?, by author: Author) async throws {
        let rows = try await transaction.pipeline([
            LocationRepository.hold,
            """
            select id, document -> 'label' as label, removed_at is not null as is_removed from structures
            where id = any(\(ids)) order by id for no key update
            """,
        ])[1]
        // What others have decided of the same structures is there once their rows are ours.
        let standings = try await standings(of: ids)
        for row in rows {
            let id = try row["id", as: UUID.self]
            guard try !row["is_removed", as: Bool.self] else {
                if let occasion, occasion.state == .granted, !occasion.isOfList { throw Self.removed }
                continue
            }
            let present = try row["label", as: JSONB?.self].flatMap(Self.label)
            let governing = LabelRule.governing(standings[id, default: []])
            // What an import brought stays until the procedure has given something.
            let next = governing?.label ?? present
            if let next, next != present { try await set(next, of: id, by: author) }
            let decision = LabelRule.told(after: occasion?.state, from: present, to: next)
            guard governing != nil || decision != nil else { continue }
            let told = try await keep(governing?.label, of: id, isTold: decision != nil)
            guard let decision else { continue }
            try await tell(decision, told, of: id, governing, after: occasion)
        }
    }

    static func label(_ document: JSONB) throws -> Label? {
        let value = try JSONValue(parsing: document.bytes)
        return value == .null ? nil : try ObjectReader.read(value) { Label($0) }
    }

    private func standings(of ids: [UUID]) async throws -> [UUID: [LabelRule.Standing]] {
        let rows = try await transaction.query(
            """
            select m.structure_id, a.id, a.call_id, c.charter, a.state, a.decided_on::text as decided_on, a.filed_at,
                (select p.step_on::text from procedure_steps p
                    where p.application_id = a.id and p.step in ('suspension', 'retrait')
                    order by p.number desc limit 1) as lost_on
            from application_structures m join applications a on a.id = m.application_id
                join calls c on c.id = a.call_id
            where m.structure_id = any(\(ids)) and a.in_force and a.state in ('accorde', 'suspendu', 'retire')
                and c.procedure ->> 'procedure' = \(LabelProcedure.Kind.labelling.rawValue)
            """)
        let found = try rows.compactMap { row -> (UUID, LabelRule.Standing)? in
            guard let state = ApplicationState(rawValue: try row["state", as: String.self]),
                let decidedOn = CalendarDate(text: try row["decided_on", as: String.self])
            else { return nil }
            let standing = LabelRule.Standing(
                application: try row["id", as: UUID.self], call: try row["call_id", as: UUID.self],
                charter: try row["charter", as: String.self], state: state, decidedOn: decidedOn,
                lostOn: try row["lost_on", as: String?.self].flatMap { CalendarDate(text: $0) },
                filedAt: try row["filed_at", as: Date?.self])
            return (try row["structure_id", as: UUID.self], standing)
        }
        return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
    }

    private func set(_ label: Label, of id: UUID, by author: Author) async throws {
        let rows = try await transaction.query(
            """
            update structures set document = jsonb_set(document, '{label}', \(JSONB(label.storedJSON))),
                version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
            where id = \(id) returning version, document
            """)
        guard let row = rows.first else { return }
        try await transaction.query(
            HistoryRepository.insert(
                .labelled, of: id, version: try row["version", as: Int.self], try row["document", as: JSONB.self],
                by: author))
    }

    /// Keeps what the procedure gave, which no import takes back.
    /// - Returns: how many decisions of the structure were told.
    private func keep(_ label: Label?, of id: UUID, isTold: Bool) async throws -> Int {
        let rows = try await transaction.query(
            """
            insert into structure_labels as l (structure_id, label, told)
            values (\(id), \(label.map { JSONB($0.storedJSON) }), case when \(isTold) then 1 else 0 end)
            on conflict (structure_id) do update
                set label = coalesce(excluded.label, l.label), told = l.told + excluded.told
            returning told
            """)
        return try rows[0].decode(Int.self)
    }

    /// Tells of the application that gives the label from now on; a refusal, of the one that is refused.
    private func tell(
        _ decision: String, _ sequence: Int, of id: UUID, _ governing: LabelRule.Standing?, after occasion: Occasion?
    ) async throws {
        let refused = decision == ApplicationState.refused.rawValue ? occasion?.application : nil
        let (call, filedAt) = (refused?.call.id ?? governing?.call, refused?.filedAt ?? governing?.filedAt)
        guard let day = occasion?.day ?? governing?.label.decidedOn else { return }
        // Its day is what is known of a decision: it is never before what it decides of.
        let clock = occasion?.application.call.clock ?? .paris
        let decision = LabelDecision(
            call: call, structure: id, filedAt: filedAt, decidedAt: max(clock.start(of: day), filedAt ?? .distantPast),
            decision: decision)
        try await transaction.query(EventOutbox.append([Event(sequence: sequence, data: .labelDecided(decision))]))
    }

    private static let removed = Refusal(
        .conflict, violations: [Violation(.unknownStructure, at: "/step")])
}

extension Label {
    fileprivate var storedJSON: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }
}
