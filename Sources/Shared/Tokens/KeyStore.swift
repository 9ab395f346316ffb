package import Logging
import ServiceLifecycle

/// The public keys of the issuers that are believed, kept fresh.
///
/// A key that its issuer no longer publishes is forgotten at the next refresh, within a minute, and the verifier's
/// cache forgets tokens within another: well under five minutes. An issuer that cannot be reached, or publishes
/// something we refuse, changes nothing: its known keys go on.
package actor KeyStore: Service {
    package struct Policy: Sendable {
        /// Between two refreshes by schedule, and between two tries while an issuer is out of reach.
        package var interval: Duration
        package var retryInterval: Duration
        /// Between two refreshes that unknown key ids ask for.
        package var unknownKeySpacing: Duration
        /// For one key set, to its last byte.
        package var fetchTimeout: Duration

        package init(
            interval: Duration = .seconds(60), retryInterval: Duration = .seconds(5),
            unknownKeySpacing: Duration = .seconds(30), fetchTimeout: Duration = .seconds(5)
        ) {
            self.interval = interval
            self.retryInterval = retryInterval
            self.unknownKeySpacing = unknownKeySpacing
            self.fetchTimeout = fetchTimeout
        }
    }

    /// What readiness tells about an issuer.
    package struct Status: Sendable, Equatable {
        package let issuer: String
        package let keyCount: Int
        /// Whether the last refresh succeeded.
        package let isReachable: Bool
    }

    private struct KeySet {
        let url: String?
        var keys: [String: VerificationKey] = [:]
        var isReachable = false
        var refresh: Task<Void, Never>?
        var unknownKeyRefreshedAt: Duration?
    }

    private var sets: [String: KeySet] = [:]
    private let policy: Policy
    private let fetch: KeySetFetch
    private let clock: TokenClock
    private let logger: Logger

    package init(
        issuers: [IssuerConfiguration], policy: Policy = Policy(), fetch: @escaping KeySetFetch = KeySetSource.http,
        clock: TokenClock = .system, logger: Logger
    ) {
        for issuer in issuers {
            switch issuer.keys {
            case .url(let url): sets[issuer.issuer] = KeySet(url: url)
            case .fixed(let keys):
                let byID = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
                sets[issuer.issuer] = KeySet(url: nil, keys: byID, isReachable: true)
            }
        }
        self.policy = policy
        self.fetch = fetch
        self.clock = clock
        self.logger = logger
    }

    /// The issuer's key of that id. An unknown id waits for one refresh, which all of them share and which happens at
    /// most once per `unknownKeySpacing`.
    package func key(_ id: String, of issuer: String) async -> VerificationKey? {
        guard let set = sets[issuer] else { return nil }
        if let key = set.keys[id] { return key }
        if let refresh = set.refresh {
            await refresh.value
            if let key = sets[issuer]?.keys[id] { return key }
        }
        let now = clock.uptime()
        if let last = sets[issuer]?.unknownKeyRefreshedAt, now - last < policy.unknownKeySpacing {
            // Others may be waiting for the very refresh that this id needs.
            await sets[issuer]?.refresh?.value
            return sets[issuer]?.keys[id]
        }
        sets[issuer]?.unknownKeyRefreshedAt = now
        await refresh(issuer)
        return sets[issuer]?.keys[id]
    }

    /// Refreshes until the service stops.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.refreshAll()
                let isComplete = await self.status.allSatisfy(\.isReachable)
                try? await Task.sleep(for: isComplete ? self.policy.interval : self.policy.retryInterval)
            }
        }
    }

    package func refreshAll() async {
        for issuer in sets.keys { await refresh(issuer) }
    }

    package var status: [Status] {
        sets.map { Status(issuer: $0, keyCount: $1.keys.count, isReachable: $1.isReachable) }
            .sorted { $0.issuer < $1.issuer }
    }

    /// Whether tokens of every issuer can be judged, be it with keys fetched before it went out of reach.
    package var isReady: Bool { sets.values.allSatisfy { !$0.keys.isEmpty } }

    private func refresh(_ issuer: String) async {
        guard let set = sets[issuer], let url = set.url else { return }
        let refresh = set.refresh ?? Task { await self.load(issuer, from: url) }
        sets[issuer]?.refresh = refresh
        await refresh.value
    }

    private func load(_ issuer: String, from url: String) async {
        defer { sets[issuer]?.refresh = nil }
        do {
            let fetched = try JWKS(parsing: try await KeySetSource.fetch(url, by: fetch, within: policy.fetchTimeout))
            for unused in fetched.unused {
                logger.warning(
                    "token key not used",
                    metadata: [
                        "issuer": "\(issuer)", "key": "\(unused.id ?? "")", "reason": "\(unused.defect.rawValue)",
                    ])
            }
            let known = Set(sets[issuer]?.keys.keys.map(\.self) ?? [])
            if known != Set(fetched.keys.keys) {
                logger.info(
                    "token keys changed",
                    metadata: [
                        "issuer": "\(issuer)", "keys": "\(fetched.keys.keys.sorted())",
                    ])
            }
            sets[issuer]?.keys = fetched.keys
            sets[issuer]?.isReachable = true
        } catch {
            sets[issuer]?.isReachable = false
            logger.warning("token keys not refreshed", metadata: ["issuer": "\(issuer)", "error": "\(error)"])
        }
    }
}
