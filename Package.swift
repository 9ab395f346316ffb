// swift-tools-version: 6.2
import PackageDescription

/// The house rules of every target of ours: strict concurrency, explicit imports, no warnings.
let houseRules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Products of other packages, named once.
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let bits: Target.Dependency = .product(name: "BitCollections", package: "swift-collections")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")

/// Everything an HTTP service of ours stands on.
let serviceRooms: [Target.Dependency] = [
    "Schema", "Charters", "Postgres", "Tokens", "Web", "Events", "ServiceCalls",
    hummingbird, httpTypes, lifecycle, logging, arguments,
]

let package = Package(
    name: "spro-services",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "directory-service", targets: ["DirectoryService"]),
        .executable(name: "referral-service", targets: ["ReferralService"]),
        .executable(name: "reporting-service", targets: ["ReportingService"]),
        .executable(name: "dev-issuer", targets: ["DevIssuer"]),
        .executable(name: "demo-activity", targets: ["DemoActivity"]),
        .executable(name: "bench-anchor", targets: ["BenchAnchor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        // Shared, from the ground up. C libraries have one importer each.
        .systemLibrary(
            name: "CLibPQ", path: "Sources/Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CLibJWT", path: "Sources/Shared/CLibJWT", pkgConfig: "libjwt", providers: [.apt(["libjwt-dev"])]),
        .systemLibrary(
            name: "CZLib", path: "Sources/Shared/CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CMalloc", path: "Sources/Shared/CMalloc"),
        .target(name: "Schema", path: "Sources/Shared/Schema", swiftSettings: houseRules),
        .target(
            name: "Charters", dependencies: ["Schema", yams], path: "Sources/Shared/Charters",
            swiftSettings: houseRules),
        .target(
            name: "Postgres", dependencies: ["CLibPQ", lifecycle, logging, metrics, crypto],
            path: "Sources/Shared/Postgres", swiftSettings: houseRules),
        .target(
            name: "Tokens",
            dependencies: [
                "CLibJWT", "Schema", crypto, cryptoExtras, httpClient, logging, lifecycle, nioCore, nioHTTP1,
                nioPosix,
            ],
            path: "Sources/Shared/Tokens", swiftSettings: houseRules),
        .target(
            name: "Web",
            dependencies: [
                "CZLib", "Schema", "Tokens", "Postgres", hummingbird, hummingbirdCore, lifecycle, unixSignals, logging,
                metrics,
                coreMetrics, arguments, crypto, httpTypes, configuration, nioCore, nioPosix, nioHTTP1, nioHTTPTypes,
                nioHTTPTypesHTTP1,
            ],
            path: "Sources/Shared/Web", swiftSettings: houseRules),
        .target(
            name: "Events",
            dependencies: ["Schema", "Postgres", "Tokens", "Web", hummingbird, lifecycle, logging, metrics, httpTypes],
            path: "Sources/Shared/Events", swiftSettings: houseRules),
        .target(
            name: "ServiceCalls",
            dependencies: ["Schema", "Tokens", "Web", httpClient, logging, nioCore, nioHTTP1, nioPosix],
            path: "Sources/Shared/ServiceCalls", swiftSettings: houseRules),

        // The services never import one another.
        .executableTarget(
            name: "DirectoryService", dependencies: serviceRooms + ["CMalloc", metrics, bits, heap],
            swiftSettings: houseRules),
        .executableTarget(name: "ReferralService", dependencies: serviceRooms + [crypto], swiftSettings: houseRules),
        .executableTarget(
            name: "ReportingService", dependencies: serviceRooms + [metrics, crypto], swiftSettings: houseRules),
        .executableTarget(
            name: "DevIssuer",
            dependencies: ["Schema", "Tokens", hummingbird, httpTypes, logging, arguments, yams, nioCore],
            swiftSettings: houseRules),

        // Fictional people who use the services, for demonstrations; fictional structures, for the benchmark.
        .executableTarget(
            name: "DemoActivity", dependencies: ["Schema", httpClient, arguments, crypto, nioCore, nioHTTP1],
            swiftSettings: houseRules),

        // What the benchmark measures the services against.
        .executableTarget(
            name: "BenchAnchor", dependencies: [hummingbird, logging, arguments], swiftSettings: houseRules),

        // Tests. Support holds the database, the issuer and the client that they share.
        .target(
            name: "Support",
            dependencies: [
                "Schema", "Postgres", "Tokens", "Web", jwtKit, hummingbird, httpClient, crypto, cryptoExtras, logging,
                lifecycle, nioCore, nioHTTP1,
            ],
            path: "Tests/Support", swiftSettings: houseRules),
        .testTarget(name: "SchemaTests", dependencies: ["Schema", "Support"], swiftSettings: houseRules),
        .testTarget(name: "ChartersTests", dependencies: ["Schema", "Charters"], swiftSettings: houseRules),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", "Support", lifecycle, logging], swiftSettings: houseRules),
        .testTarget(
            name: "TokensTests",
            dependencies: [
                "Schema", "Tokens", "Support", "DevIssuer", jwtKit, crypto, cryptoExtras, logging, httpClient, nioCore,
                nioHTTP1, hummingbird,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Schema", "Tokens", "Postgres", "Web", "Support", hummingbird, lifecycle, logging, metrics, coreMetrics,
                arguments,
                crypto, httpTypes, nioCore, nioHTTP1, nioEmbedded,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "EventsTests",
            dependencies: [
                "Schema", "Postgres", "Web", "Events", "Support", hummingbird, logging, crypto, nioHTTP1,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "ServiceCallsTests",
            dependencies: ["Schema", "Tokens", "Web", "ServiceCalls", "Support", hummingbird, logging],
            swiftSettings: houseRules),
        .testTarget(
            name: "DirectoryServiceTests",
            dependencies: [
                "Schema", "Charters", "Postgres", "Tokens", "Web", "DirectoryService", "DemoActivity", "Support",
                logging, nioHTTP1,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "ReportingServiceTests",
            dependencies: [
                "Schema", "Charters", "Postgres", "Web", "ServiceCalls", "ReportingService", "DemoActivity", "Support",
                crypto, logging, metrics, nioHTTP1,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "ReferralServiceTests",
            dependencies: [
                "Schema", "Charters", "Postgres", "Tokens", "Web", "ReferralService", "Support", hummingbird, crypto,
                logging,
                nioHTTP1,
            ],
            swiftSettings: houseRules),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "Schema", "Postgres", "Tokens", "Web", "Support", "DirectoryService", "ReferralService",
                "ReportingService", "ServiceCalls", "DevIssuer", "DemoActivity", hummingbird, logging, yams, httpClient,
                nioCore, nioHTTP1,
            ],
            swiftSettings: houseRules),
    ]
)
