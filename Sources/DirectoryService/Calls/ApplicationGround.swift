import Charters
import Foundation
import Schema
import Tokens
import Web

/// What the routes of applications stand on.
struct ApplicationGround: Sendable {
    let calls: CallRepository
    let applications: ApplicationRepository
    let procedure: ProcedureRepository
    let rules: @Sendable () -> CallRules
    let cursors: CursorCoder
    let publication: ChangePublication

    func demandCall(_ id: UUID, _ caller: VerifiedToken) async throws -> Call {
        guard let call = try await calls.find(id),
            CallPolicy.sees(caller, call) || CallPolicy.isExaminer(caller, of: call)
        else { throw Refusal(.notFound) }
        return call
    }

    func demand(_ id: UUID, _ caller: VerifiedToken) async throws -> Application {
        guard let application = try await applications.find(id), CallPolicy.view(caller, of: application) != nil else {
            throw Refusal(.notFound)
        }
        return application
    }

    /// - Throws: ``Refusal`` `invalid-body` with every violation; 403 where the lead is not the caller's.
    func check(_ draft: ApplicationDraft, of call: Call, by caller: VerifiedToken) async throws {
        let structures = try await CandidateRepository.find(draft.structures, in: applications.pool)
        let violations = ApplicationRules(geography: rules().geography).violations(of: draft, to: call, structures)
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
        guard let lead = structures[draft.leadID],
            CallPolicy.actsFor(caller, draft.leadID, networks: lead.networks, region: lead.region)
        else { throw Self.notYours }
    }

    func judge(of call: Call) -> ApplicationJudge { ApplicationJudge(call: call, geography: rules().geography) }

    static func draft(_ object: ObjectReader, of call: Call) -> ApplicationDraft? {
        object.refuse(ApplicationDraft.readOnlyMembers)
        return ApplicationDraft(object, questions: call.questions)
    }

    static func demandLead(_ caller: VerifiedToken, of application: Application) throws(Refusal) {
        guard let lead = application.candidates.first, CallPolicy.actsFor(caller, lead) else { throw notYours }
    }

    /// - Parameter version: that its candidate has read.
    static func demandDraft(_ application: Application, _ version: Int) throws(Refusal) {
        let sight = CandidateSight.of(application)
        guard sight.version == version else { throw .staleVersion }
        guard sight.state == .draft else {
            throw Refusal(.conflict, violations: [Violation(.wrongState(sight.state), at: "/state")])
        }
    }

    static let notYours = Refusal(
        .forbidden, fr: "Vous n’agissez pas pour cette structure.", en: "You do not act for this structure.")
}
