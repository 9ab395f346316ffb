import Foundation
import Schema

/// What a structure's label is by all that its applications have come to.
///
/// Only a labelling gives labels: Provence-Alpes-Côte d'Azur's call for projects has «une réponse», and no label. Who
/// applies, and who was refused, no label tells. Of several decisions that which gives most stands: what one call gave,
/// another's refusal, suspension or withdrawal does not take; whoever is to lose the label loses each.
enum LabelRule {
    /// An application of the structure's that was granted, and is public.
    struct Standing: Sendable, Equatable {
        let application: UUID
        let call: UUID
        /// As a label quotes it: `28@1.0.0`.
        let charter: String
        /// `accorde`, `suspendu` or `retire`.
        let state: ApplicationState
        let decidedOn: CalendarDate
        /// Of its suspension or withdrawal.
        let lostOn: CalendarDate?
        let filedAt: Date?

        var label: Label {
            Label(
                state: state.rawValue, charter: charter, decidedOn: state == .granted ? decidedOn : lostOn ?? decidedOn)
        }
    }

    /// The standing that the label tells: the best one, of equals the latest decision; nil where there is none.
    static func governing(_ standings: [Standing]) -> Standing? {
        standings.filter { rank($0) < ranks.count }.min { left, right in
            (rank(left), right.decidedOn, right.application.text) < (rank(right), left.decidedOn, left.application.text)
        }
    }

    /// What the region tells the others (D2) of a step that left an application in this state: the label's state where
    /// the label has changed, and a refusal of whom has none.
    static func told(after state: ApplicationState?, from present: Label?, to next: Label?) -> String? {
        if let next, next != present { return next.state }
        let isHeld = ["accorde", "suspendu"].contains(next?.state)
        return state == .refused && !isHeld ? ApplicationState.refused.rawValue : nil
    }

    private static let ranks: [ApplicationState] = [.granted, .suspended, .withdrawn]
    private static func rank(_ standing: Standing) -> Int { ranks.firstIndex(of: standing.state) ?? ranks.count }
}
