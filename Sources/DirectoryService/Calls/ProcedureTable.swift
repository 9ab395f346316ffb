import Charters
import Schema

/// Which step may follow which, by the procedure of a charter: the one table that answers are judged and told by.
///
/// A charter places what comes before the decision, in its order, and whether the list goes to the prefecture. Every
/// procedure has a decision; suspension and withdrawal are where the charter says that a label may be withdrawn.
struct ProcedureTable: Sendable {
    let procedure: LabelProcedure

    /// How far an application has come.
    struct Standing: Sendable, Equatable {
        var state: ApplicationState
        /// Whether its decision is public.
        var isInForce = false
        /// Codes of the steps taken, in order.
        var taken: [String] = []
        /// The opinion of the last vote.
        var vote: String?
        /// The latest day of a step.
        var lastDay: CalendarDate?
    }

    /// Who takes a step: the region, or whom it has delegated the examination to.
    enum Actor: Sendable {
        case region, examiner
    }

    /// Why the step cannot be taken now; nil where it can.
    func flaw(of step: ProcedureStep, by actor: Actor, in standing: Standing) -> Flaw? {
        switch step {
        case .filing: return standing.state == .draft ? nil : .wrongState(standing.state)
        case .givingUp:
            let isOpen = standing.state.isUndecided || (standing.state.isDecided && !standing.isInForce)
            return isOpen ? nil : .wrongState(standing.state)
        case .examination, .interview, .opinion, .vote:
            return examinationFlaw(of: step, by: actor, in: standing)
        default: break
        }
        if actor == .examiner { return .notDelegated }
        switch step {
        case .decision:
            guard standing.state.isUndecided else { return .wrongState(standing.state) }
            return missing(before: nil, in: standing).map { .tooEarly($0.text) }
        case .prefecture:
            guard procedure.steps.contains(where: { $0.act == .prefecture }) else { return .notInCharter }
            guard standing.state == .granted else { return .wrongState(standing.state) }
            return standing.has(.prefecture) ? .alreadyTaken : nil
        case .publication:
            guard standing.state.isDecided, !standing.isInForce else { return .wrongState(standing.state) }
            let goesToPrefecture = procedure.steps.first { $0.act == .prefecture && !$0.isOptional }
            guard let goesToPrefecture, standing.state == .granted, !standing.has(.prefecture) else { return nil }
            return .tooEarly(goesToPrefecture.text)
        case .endOfSuspension: return standing.state == .suspended ? nil : .wrongState(standing.state)
        default:
            guard procedure.withdrawal != nil else { return .notInCharter }
            let holders: [ApplicationState] = step == .withdrawal ? [.granted, .suspended] : [.granted]
            guard holders.contains(standing.state) else { return .wrongState(standing.state) }
            return standing.isInForce ? nil : .notPublic
        }
    }

    /// Where a step leads; nil of a step that leaves the state as it is.
    static func state(after step: ProcedureStep, decision: String?) -> ApplicationState? {
        switch step {
        case .filing: .filed
        case .examination, .interview, .opinion, .vote: .examined
        case .decision: decision == "accorde" ? .granted : .refused
        case .suspension: .suspended
        case .endOfSuspension: .granted
        case .withdrawal: .withdrawn
        case .givingUp: .givenUp
        case .prefecture, .publication: nil
        }
    }

    /// What the region or its examiner may do next.
    func steps(in standing: Standing, for actor: Actor) -> [ProcedureStep] {
        ProcedureStep.ofApplications.filter { flaw(of: $0, by: actor, in: standing) == nil }
    }

    private func examinationFlaw(of step: ProcedureStep, by actor: Actor, in standing: Standing) -> Flaw? {
        guard let place = procedure.steps.firstIndex(where: { $0.act.rawValue == step.rawValue }) else {
            return .notInCharter
        }
        if actor == .examiner, procedure.steps[place].body == nil { return .notDelegated }
        guard standing.state.isUndecided else { return .wrongState(standing.state) }
        if let missing = missing(before: place, in: standing) { return .tooEarly(missing.text) }
        if let later = procedure.steps[(place + 1)...].first(where: { standing.taken.contains($0.act.rawValue) }) {
            return .tooLate(later.text)
        }
        // An interview may be held twice; what the procedure demands is done once.
        return !procedure.steps[place].isOptional && standing.has(step) ? .alreadyTaken : nil
    }

    /// The first step that the charter demands before one (before the decision, where none is named) and nobody took.
    private func missing(before place: Int?, in standing: Standing) -> LabelProcedure.Step? {
        procedure.steps[..<(place ?? procedure.steps.endIndex)].first { step in
            !step.isOptional && ProcedureStep.ofExamination.map(\.rawValue).contains(step.act.rawValue)
                && !standing.taken.contains(step.act.rawValue)
        }
    }
}

extension ProcedureTable.Standing {
    fileprivate func has(_ step: ProcedureStep) -> Bool { taken.contains(step.rawValue) }
}

extension Flaw {
    static func wrongState(_ state: ApplicationState) -> Flaw {
        let label = Vocabulary.applicationState.terms.first { $0.code == state.rawValue }?.label
        return Flaw(
            "wrong-state", fr: "La candidature est dans l’état « \(label?.fr ?? state.rawValue) ».",
            en: "The application is in the state ‘\(label?.en ?? state.rawValue)’.")
    }
    fileprivate static let notInCharter = Flaw(
        "step-not-in-charter", fr: "La charte de la région ne prévoit pas cette étape.",
        en: "The region's charter does not have this step.")
    fileprivate static let notDelegated = Flaw(
        "step-not-delegated", fr: "Cette étape revient à la région.", en: "This step is for the region to take.")
    fileprivate static let alreadyTaken = Flaw(
        "step-already-taken", fr: "Cette étape a déjà eu lieu.", en: "This step was taken already.")
    fileprivate static let notPublic = Flaw(
        "results-not-public", fr: "Les résultats ne sont pas encore publiés.", en: "The results are not public yet.")
    static let againstVote = Flaw(
        "against-the-vote", fr: "La commission de l’assemblée a voté contre.",
        en: "The assembly's committee voted against.")
    fileprivate static func tooEarly(_ step: String) -> Flaw {
        Flaw(
            "step-too-early", fr: "Une étape précède celle-ci : « \(step) ».",
            en: "A step comes before this one: ‘\(step)’.")
    }
    fileprivate static func tooLate(_ step: String) -> Flaw {
        Flaw(
            "step-too-late", fr: "Une étape suivante a déjà eu lieu : « \(step) ».",
            en: "A later step was taken already: ‘\(step)’.")
    }
}
