import Schema

/// What a structure's label becomes when its application takes a step.
///
/// Only a labelling gives labels: Provence-Alpes-Côte d'Azur's call for projects has «une réponse», and no label. What
/// the region decides of a label holds at once; a new application, its examination or its refusal take nothing from a
/// structure that has the label already (a renewal).
enum LabelRule {
    /// - Parameters:
    ///   - present: what it has now.
    ///   - before: what it had before it applied.
    /// - Returns: nil where it stays.
    static func label(
        after state: ApplicationState, charter: String, on day: CalendarDate, present: Label?, before: Label?
    ) -> Label? {
        let decided = Label(state: state.rawValue, charter: charter, decidedOn: day)
        switch state {
        case .granted, .suspended, .withdrawn: return decided
        case .filed, .examined:
            return isHeld(present) ? nil : Label(state: state.rawValue, charter: charter, decidedOn: nil)
        case .refused: return isHeld(present) ? nil : decided
        case .givenUp:
            guard let present, ["candidate", "en-instruction"].contains(present.state) else { return nil }
            return before ?? Label(state: "aucun", charter: nil, decidedOn: nil)
        case .draft: return nil
        }
    }

    /// Whether the region tells the others of it (D2): not of what a candidate does, nor of what changes nothing.
    static func isDecision(_ label: Label) -> Bool {
        ["accorde", "refuse", "suspendu", "retire"].contains(label.state)
    }

    private static func isHeld(_ label: Label?) -> Bool { ["accorde", "suspendu"].contains(label?.state) }
}
