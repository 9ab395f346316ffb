import Foundation
import Schema

/// An answer to a call as the directory holds it.
struct Application: Sendable {
    /// A structure that answers, alone or in a group.
    struct Candidate: Sendable {
        let structure: Structure
        let region: String
        let isRemoved: Bool
        let agreedAt: Date?
    }

    let id: UUID
    let call: Call
    let draft: ApplicationDraft
    var state: ApplicationState
    /// In the draft's order: the first leads.
    let candidates: [Candidate]
    /// As found when it was filed; nil of a draft.
    let findings: JSONValue?
    let filedAt: Date?
    var decidedOn: CalendarDate?
    /// Whether its decision is public.
    let isInForce: Bool
    var steps: [TakenStep]
    /// Grows by one with every change of its content or state; the entity tag is made of it.
    var version: Int
    var updatedAt: Date

    var standing: ProcedureTable.Standing {
        ProcedureTable.Standing(
            state: state, isInForce: isInForce, taken: steps.map(\.draft.step),
            vote: steps.last { $0.draft.step == ProcedureStep.vote.rawValue }?.draft.opinion,
            lastDay: steps.map(\.on).max())
    }
}

/// Where an application stands: the codes of `application_state`.
enum ApplicationState: String, Sendable, CaseIterable {
    case draft = "brouillon"
    case filed = "candidate"
    case examined = "en-instruction"
    case granted = "accorde"
    case refused = "refuse"
    case suspended = "suspendu"
    case withdrawn = "retire"
    case givenUp = "desiste"

    var isUndecided: Bool { [.filed, .examined].contains(self) }
    var isDecided: Bool { [.granted, .refused].contains(self) }
}

/// The codes of `procedure_step`.
enum ProcedureStep: String, Sendable, CaseIterable {
    case filing = "depot"
    case examination = "instruction"
    case interview = "entretien"
    case opinion = "avis"
    case vote
    case decision
    case prefecture = "depot-prefecture"
    case publication
    case suspension
    case endOfSuspension = "fin-suspension"
    case withdrawal = "retrait"
    case givingUp = "desistement"

    /// Those of one application that its region takes.
    static let ofApplications: [ProcedureStep] = [
        .examination, .interview, .opinion, .vote, .decision, .suspension, .endOfSuspension, .withdrawal,
    ]
    /// Those of a call's whole list.
    static let ofLists: [ProcedureStep] = [.prefecture, .publication]
    /// What a region and its examiner say to themselves: candidates see the decision and its reasons.
    static let ofOffice: [ProcedureStep] = [.opinion, .vote]
    /// Those before the decision, which a charter may ask for.
    static let ofExamination: [ProcedureStep] = [.examination, .interview, .opinion, .vote]
}
