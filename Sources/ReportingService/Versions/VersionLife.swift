import Schema
import Web

/// What may become of a region's version: draft → proposed → validated → superseded, or refused, and back to draft by
/// any change of what it says.
enum VersionLife {
    /// The steps of writing a document; none where it already says that.
    ///
    /// - Parameter current: nil where the region has no such version yet.
    static func write(
        _ document: DefinitionDocument, over current: StoredVersion?, by client: String
    ) throws(Refusal) -> [VersionStep] {
        let written = VersionStep(kind: .written, digest: document.digest, client: client)
        guard let current else { return [written] }
        guard current.digest != document.digest else { return [] }
        switch current.state {
        case .draft, .refused: return [written]
        case .proposed, .validated:
            return [VersionStep(kind: .voided, digest: current.digest, client: client), written]
        case .superseded:
            throw Refusal(
                .conflict, fr: "Cette version a été remplacée et ne change plus : écrivez-en une nouvelle.",
                en: "This version was superseded and changes no more: write a new one.")
        }
    }

    /// The steps of proposing; none where it already is proposed.
    ///
    /// - Parameter current: nil for the catalogue's version, which the region takes up so.
    static func propose(
        _ document: DefinitionDocument, _ current: StoredVersion?, by client: String
    ) throws(Refusal) -> [VersionStep] {
        let proposed = VersionStep(kind: .proposed, digest: document.digest, client: client)
        switch current?.state {
        case nil: return [VersionStep(kind: .written, digest: document.digest, client: client), proposed]
        case .draft, .refused: return [proposed]
        case .proposed: return []
        case .validated, .superseded: throw notNow(current)
        }
    }

    /// The step of a decision; nil where the last step was that very decision.
    ///
    /// - Parameters:
    ///   - demanded: the revision that the decider has seen.
    ///   - last: the last step of the version.
    static func decide(
        _ draft: DecisionDraft, on current: StoredVersion, seen demanded: Int, after last: VersionStep?,
        by client: String
    ) throws(Refusal) -> VersionStep? {
        let step = VersionStep(
            kind: draft.isValidation ? .validated : .refused, digest: current.digest, body: draft.body,
            session: draft.session, comment: draft.comment, client: client)
        if let last, last.kind == step.kind, last.body == step.body, last.session == step.session,
            last.comment == step.comment, last.digest == step.digest,
            [current.revision - 1, current.revision].contains(demanded)
        {
            return nil
        }
        guard demanded == current.revision else { throw .staleVersion }
        guard current.state == .proposed else { throw notNow(current) }
        return step
    }

    /// What a version of this number must share its formula with: all others of its major number, and itself as it is
    /// once it was validated, because figures have been published of it.
    static func relatives(
        of version: DefinitionVersion, among own: [StoredVersion], _ shipped: DefinitionDocument,
        readings: DefinitionReadings
    ) -> [IndicatorDefinition] {
        let held = own.filter { $0.version.major == version.major && ($0.version != version || $0.validation != nil) }
        return (held.compactMap { readings.document(of: $0)?.definition } + [shipped.definition])
            .filter { $0.version.major == version.major }
    }

    private static func notNow(_ current: StoredVersion?) -> Refusal {
        let state = current?.state.rawValue ?? "draft"
        return Refusal(
            .conflict,
            detail: LocalizedText(
                fr: "La version est dans l’état « \(state) ».", en: "The version is in the state “\(state)”."),
            members: ["current_state": .string(state)])
    }
}
