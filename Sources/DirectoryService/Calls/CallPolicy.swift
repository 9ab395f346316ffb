import Foundation
import Schema
import Tokens

/// Who has a say in a call and its applications: its region, whom the region delegated the examination to, and those who
/// act for the candidates. To everybody else an application is not there.
enum CallPolicy {
    static func isRegion(_ caller: VerifiedToken, of region: String) -> Bool {
        caller.scopes.contains(.labelDecide) && caller.region == region
    }

    /// The examiner's token names its structure, and no region of which it would have all powers. Whoever acts for a
    /// candidate of the call, the examiner's own structure among them, examines nobody's application.
    static func isExaminer(_ caller: VerifiedToken, of call: Call) -> Bool {
        guard let examiner = call.draft.examinerID, !call.candidates.contains(examiner) else { return false }
        return caller.scopes.contains(.labelDecide) && caller.structures.contains(examiner)
            && call.candidates.isDisjoint(with: caller.structures)
    }

    static func actor(_ caller: VerifiedToken, in call: Call) -> ProcedureTable.Actor? {
        if isRegion(caller, of: call.draft.region) { return .region }
        return isExaminer(caller, of: call) ? .examiner : nil
    }

    /// What is no call yet to others is one to its region.
    static func sees(_ caller: VerifiedToken, _ call: Call) -> Bool {
        call.publishedAt != nil || isRegion(caller, of: call.draft.region)
    }

    /// How the caller sees a call that it may see.
    static func view(_ caller: VerifiedToken, of call: Call) -> Call {
        actor(caller, in: call) == nil ? call.outside : call
    }

    /// Whether the caller acts for this structure as a candidate. A token for networks acts in its region where it
    /// names one, else everywhere.
    static func actsFor(_ caller: VerifiedToken, _ id: UUID, networks: [String], region: String) -> Bool {
        guard caller.scopes.contains(.labelApply) else { return false }
        if caller.structures.contains(id) { return true }
        let actsHere = caller.region == nil || caller.region == region
        return actsHere && !Set(caller.networks).isDisjoint(with: networks)
    }

    static func actsFor(_ caller: VerifiedToken, _ candidate: Application.Candidate) -> Bool {
        actsFor(
            caller, candidate.structure.id, networks: candidate.structure.draft.networks, region: candidate.region)
    }

    /// How the caller sees an application; nil: not at all. A draft is its candidates' alone.
    static func view(_ caller: VerifiedToken, of application: Application) -> ApplicationView? {
        if application.state != .draft, let actor = actor(caller, in: application.call) { return .office(actor) }
        return application.candidates.contains { actsFor(caller, $0) } ? .candidate : nil
    }

    /// For whom the caller takes a step of the region's.
    static func author(_ caller: VerifiedToken, _ actor: ProcedureTable.Actor, of call: Call) -> Author {
        let examiner = call.draft.examinerID.map { "structure:\($0.text)" }
        return Author(
            client: caller.clientID, actingFor: actor == .region ? "region:\(call.draft.region)" : examiner)
    }

    /// For which of the candidates the caller writes: the first that it acts for.
    static func author(_ caller: VerifiedToken, for candidates: [Application.Candidate]) -> Author {
        let own = candidates.first { actsFor(caller, $0) }.map { "structure:\($0.structure.id.text)" }
        return Author(client: caller.clientID, actingFor: own)
    }
}
