import Postgres
import Web

/// Calls and what answers them, put together.
struct Calls {
    private let calls: CallsRoutes
    private let history: CallHistoryRoutes
    private let applications: ApplicationsRoutes
    private let procedure: ProcedureRoutes

    init(
        _ pool: Pool, index: DirectoryIndex, networks: NetworkRules, cursors: CursorCoder,
        publication: ChangePublication
    ) {
        let rules = { @Sendable in CallRules(geography: index.snapshot.geography, charters: networks.charters) }
        let repository = CallRepository(pool: pool)
        let procedure = ProcedureRepository(pool: pool)
        calls = CallsRoutes(
            calls: repository, procedure: procedure, rules: rules, cursors: cursors, publication: publication)
        history = CallHistoryRoutes(
            calls: repository, versions: CallVersionRepository(pool: pool), cursors: cursors)
        let ground = ApplicationGround(
            calls: repository, applications: ApplicationRepository(pool: pool), procedure: procedure, rules: rules,
            cursors: cursors, publication: publication)
        applications = ApplicationsRoutes(ground: ground)
        self.procedure = ProcedureRoutes(ground: ground)
    }

    var routes: [Route] { calls.routes + history.routes + applications.routes + procedure.routes }
}
