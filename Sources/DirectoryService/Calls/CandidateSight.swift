import Foundation
import Schema

/// What candidates see of their application: what the office says to itself never, what it decides only once that is
/// public. Nothing else of the application may tell it before: not its state, its version or instant, nor a gap in the
/// numbers of its steps.
enum CandidateSight {
    static func of(_ application: Application) -> Application {
        guard application.state != .draft else { return application }
        let shown = application.steps.filter { isShown($0.draft.step, isInForce: application.isInForce) }
        var sight = application
        sight.steps = shown.enumerated().map { $1.numbered($0 + 1) }
        // Since it was filed each step has made one version.
        sight.version = application.version - (application.steps.count - shown.count)
        sight.updatedAt = shown.map(\.at).max() ?? application.updatedAt
        guard !application.isInForce else { return sight }
        sight.decidedOn = nil
        if application.state != .givenUp {
            sight.state = shown.contains { examination.contains($0.draft.step) } ? .examined : .filed
        }
        return sight
    }

    /// The codes of the steps by which candidates know that they are examined.
    static let examination = [ProcedureStep.examination, .interview].map(\.rawValue)

    private static func isShown(_ step: String, isInForce: Bool) -> Bool {
        !office.contains(step) && (isInForce || !heldBack.contains(step))
    }

    private static let office = ProcedureStep.ofOffice.map(\.rawValue)
    private static let heldBack = [ProcedureStep.decision, .prefecture].map(\.rawValue)
}
