import Charters
import Events
import Logging
import Postgres
import Schema
import ServiceCalls
import ServiceLifecycle
import Web

extension ServiceDefinition {
    /// The composition root: where the broker's collaborators meet.
    static let referral = referral(lookup: nil)

    /// - Parameter lookup: the seam for tests; nil: the directory's API.
    static func referral(lookup: StructureLookup?) -> ServiceDefinition {
        ServiceDefinition(
            name: "referral", defaultPort: 8082, migrations: ReferralMigrations.all, hasWorkers: true, signs: true
        ) { settings in
            let cursors = CursorCoder(settings)
            let webhookKey = WebhookKey(settings)
            let reachable = settings.value("webhook.networks", .networks, default: [])
            let keys = KeyEncryptionKeys(settings)
            let index = BlindIndex(settings)
            let ledgerFolder = settings.optional("ledger.dir", .text(1...1000))
            let calls = lookup == nil ? CallSettings(settings, calling: ["directory"]) : nil
            if lookup == nil, calls == nil {
                settings.complain("SPRO_DIRECTORY_URL, SPRO_CLIENT_ID and SPRO_CLIENT_SECRET are required")
            }
            let linkDays = settings.value("follow.up.days", .int(1...366), default: 180)
            return { ground in
                guard let ownIssuer = ground.ownIssuer else { preconditionFailure("it signs") }
                let workers = ground.workers
                // Who audits waits for no sweep, and no sweep for them. (Not run beside the other pool: their figures would
                // be one another's.)
                var beside = workers.configuration
                beside.maximumConnections = 2
                let auditing = Pool(configuration: beside, logger: ground.logger)
                let charters = try CharterSet.load(from: ground.host.chartersFolder)
                let feed = try await EventFeed(of: "referral", on: ground, cursors: cursors)
                let telling = WebhookTelling(
                    pool: workers,
                    sender: WebhookSender(
                        key: webhookKey, caller: PartnerCaller(rule: PublicAddress(allowing: reachable))),
                    logger: ground.logger)
                let tenants = TenantDatabase(
                    pool: ground.pool,
                    poke: {
                        feed.poke()
                        telling.poke()
                    })
                let partners = PartnerStructures(
                    lookup: lookup ?? asking(calls, ground), known: tenants.known)
                let persons = PersonRepository(keys: keys, index: index)
                let contents = ContentRepository(persons: persons)
                let summaries = SummaryRepository(persons: persons)
                let summarising = SummaryHandling(tenants: tenants, summaries: summaries)
                let consents = ConsentHandling(tenants: tenants, issuer: ownIssuer, persons: persons)
                let handling = ReferralHandling(
                    tenants: tenants, persons: persons,
                    summaries: SummaryRequirement(charters, summaries: summaries),
                    limit: StructuresLimit(charters))
                let making = ReferralMaking(partners: partners, handling: handling)
                let reading = ReferralReading(tenants: tenants, persons: persons)
                let export = PersonExport(persons: persons, reading: reading)
                let referrals = ReferralsRoutes(
                    tenants: tenants, making: making, reading: reading, timeline: Timeline(tenants: tenants),
                    cursors: cursors)
                let messages = MessagesRoutes(
                    tenants: tenants, messaging: Messaging(tenants: tenants, persons: persons))
                let following = FollowUpReading(
                    tenants: tenants, persons: persons, contents: contents, summaries: summaries)
                let followUp = FollowUpRoutes(
                    tenants: tenants, reading: following, consents: consents, summaries: summarising)
                let ledger = ledgerFolder.map { folder in
                    LedgerKeeping(
                        worker: workers, file: LedgerFile(folder: folder, key: ownIssuer.key), logger: ground.logger)
                }
                if let ledger {
                    try await ledger.requireCurrent()
                } else {
                    ground.logger.warning("no SPRO_LEDGER_DIR: a restored backup would undo withdrawals and erasures")
                }
                let routes: [[Route]] = [
                    PersonsRoutes(tenants: tenants, partners: partners, persons: persons, export: export).routes,
                    DemandsRoutes(tenants: tenants, partners: partners).routes,
                    ConsentsRoutes(tenants: tenants, partners: partners, handling: consents).routes,
                    referrals.routes,
                    ReferralBatchRoutes(tenants: tenants, batch: ReferralBatch(tenants: tenants, making: making))
                        .routes,
                    ContentsRoutes(tenants: tenants, contents: contents).routes,
                    SummariesRoutes(tenants: tenants, handling: summarising).routes,
                    AppointmentsRoutes(tenants: tenants, handling: handling).routes, messages.routes,
                    AlertsRoutes(tenants: tenants, cursors: cursors).routes, StateMachineRoutes().routes,
                    FollowUpLinksRoutes(tenants: tenants, partners: partners, days: linkDays).routes,
                    FollowUpSessionsRoutes(pool: ground.pool, issuer: ownIssuer).routes, followUp.routes,
                    FollowUpListsRoutes(tenants: tenants, reading: following, cursors: cursors).routes,
                    FollowUpKeepingRoutes(tenants: tenants, export: export).routes,
                    ErasuresRoutes(tenants: tenants, cursors: cursors).routes,
                    AuditRoutes(pool: auditing, key: ownIssuer.key, cursors: cursors).routes,
                    WebhooksRoutes(tenants: tenants, partners: partners, key: webhookKey, cursors: cursors).routes,
                    feed.routes, KeysRoutes(key: ownIssuer.key).routes,
                ]
                let poke: @Sendable () -> Void = { feed.poke() }
                // What nobody's request asks for runs on every replica. One at a time (an advisory lock): the journal's
                // sealing, the ledger, finding what webhooks are to be told. Side by side, each row by one (`skip locked`
                // or a lease): timers, abandoned demands, consents' expiry, telling of erasures, sending to webhooks,
                // known structures. Retention locks whom it forgets, and looks again.
                let background: [any Service] = [
                    KnownStructureReview(partners: partners, logger: ground.logger), telling,
                    TimerWorker(
                        pool: workers, timers: CharterTimers(charters), logger: ground.logger, poke: poke),
                    AbandonedDemands(
                        worker: workers, timers: CharterTimers(charters), poke: poke, logger: ground.logger),
                    ConsentExpiry(worker: workers, poke: poke, logger: ground.logger),
                    ErasureTelling(worker: workers, poke: poke, logger: ground.logger),
                    JournalSealer(worker: workers, logger: ground.logger),
                    RetentionSweep(
                        worker: workers, scopes: RetentionRepository.Scope.all(charters), poke: poke,
                        logger: ground.logger),
                ]
                return Parts(
                    routes: routes.flatMap(\.self),
                    background: feed.background + background + [ledger].compactMap(\.self),
                    checks: [ledger].compactMap(\.self).map { ledger in
                        ReadinessCheck(name: "ledger", isEssential: false) { await ledger.isPunctual() }
                    })
            }
        }
    }

    private static func asking(_ calls: CallSettings?, _ ground: Ground) -> StructureLookup {
        guard let calls else { preconditionFailure("a service without what it needs does not start") }
        let client = calls.client(of: "directory", issuer: ground.host.issuer)
        return StructureLookup(DirectoryClient(client: client, logger: ground.logger))
    }
}
