import Foundation
import Schema
import Yams

/// The clients of development, by name. Their secrets are no secrets: `<name>-secret`.
struct DemoClients {
    struct Client {
        let name: String
        let scopes: [Scope]
        var region: String?
        var structures: [UUID] = []
        var networks: [String] = []
        var territories: [String] = []

        var secret: String { name + "-secret" }
    }

    enum FileError: Error, CustomStringConvertible {
        case unreadable(String)
        case unknownClient(String)
        case unknownClaim(client: String, claim: String)
        case malformed(client: String, claim: String)

        var description: String {
            switch self {
            case .unreadable(let path): "\(path) is not a readable YAML file of clients"
            case .unknownClient(let name): "there is no demo client \(name)"
            case .unknownClaim(let client, let claim):
                "\(client): \(claim) is none of structures, networks, territories, region"
            case .malformed(let client, let claim): "\(client): \(claim) is not as expected"
            }
        }
    }

    private var clients: [String: Client]

    subscript(name: String) -> Client? { clients[name] }

    /// - Parameter file: YAML of the form `partner-a: {structures: [uuid], networks: [code]}`, also `territories` and
    ///   `region`; what it does not name keeps its default.
    init(file: String? = nil) throws {
        clients = Dictionary(uniqueKeysWithValues: (Self.defaults + Self.otherRegions).map { ($0.name, $0) })
        guard let file else { return }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { throw FileError.unreadable(file) }
        try assign(yaml: text, from: file)
    }

    init(yaml: String) throws {
        try self.init()
        try assign(yaml: yaml, from: "the text")
    }

    private mutating func assign(yaml: String, from source: String) throws {
        guard let document = try? Yams.load(yaml: yaml) as? [String: [String: Any]] else {
            throw FileError.unreadable(source)
        }
        for (name, claims) in document {
            guard var client = clients[name] else { throw FileError.unknownClient(name) }
            for (claim, value) in claims {
                let malformed = FileError.malformed(client: name, claim: claim)
                switch (claim, value) {
                case ("region", let value): client.region = "\(value)"
                case ("structures", let values as [String]):
                    client.structures = try values.map { text in
                        guard let id = UUID(uuidString: text) else { throw malformed }
                        return id
                    }
                case ("networks", let values as [String]): client.networks = values
                case ("territories", let values as [String]): client.territories = values
                case ("structures", _), ("networks", _), ("territories", _): throw malformed
                default: throw FileError.unknownClaim(client: name, claim: claim)
                }
            }
            clients[name] = client
        }
    }

    private static let partnerScopes: [Scope] = [
        .directoryRead, .directoryWrite, .labelApply, .referralSend, .referralReceive, .consentManage,
        .reportingContribute,
    ]

    private static let serviceScopes: [Scope] = [.directoryRead, .eventsRead, .eventsReporting]

    private static let crefopScopes: [Scope] = [.crefopDecide, .reportingRead]

    /// Who proposes definitions of indicators in the other regions, and who decides on them: `region-24`, `crefop-24`...
    private static let otherRegions = ["24", "28", "53", "93"].flatMap { (region: String) -> [Client] in
        [
            Client(name: "region-\(region)", scopes: [.reportingRead, .reportingPublish], region: region),
            Client(name: "crefop-\(region)", scopes: crefopScopes, region: region),
        ]
    }

    /// In Pays de la Loire (52) where they belong to a region that they do not name.
    private static let defaults = [
        Client(name: "website", scopes: [.directoryRead]),
        Client(
            name: "partner-a", scopes: partnerScopes, region: "52",
            structures: [UUID(uuidString: "01990000-0000-7000-8000-00000000000a")!]),
        Client(
            name: "partner-b", scopes: partnerScopes, region: "52",
            structures: [UUID(uuidString: "01990000-0000-7000-8000-00000000000b")!]),
        Client(
            name: "coordinator",
            scopes: [.directoryRead, .directoryWrite, .referralCoordinate, .reportingRead, .reportingContribute],
            region: "52",
            territories: ["territoire-spro:52-01"]),
        // Beyond what the region decides, it reads the directory that it administers and contributes its own surveys
        // and decisions; it neither takes part in referrals nor audits itself.
        Client(
            name: "region",
            scopes: [
                .directoryRead, .directoryAdmin, .labelDecide, .reportingRead, .reportingContribute, .reportingPublish,
            ], region: "52"),
        // Normandie, which labels structures, and who would have its label.
        Client(name: "normandie", scopes: [.directoryRead, .directoryAdmin, .labelDecide], region: "28"),
        Client(name: "candidate", scopes: [.directoryRead, .directoryWrite, .labelApply], region: "28"),
        Client(name: "dashboard", scopes: [.reportingRead]),
        Client(name: "auditor", scopes: [.auditRead]),
        // Plays the demo's fictional activity for all the structures of its networks.
        Client(name: "activity", scopes: [.directoryRead, .referralSend, .referralReceive, .consentManage]),
        Client(name: "crefop", scopes: crefopScopes, region: "52"),
        Client(name: "directory-service", scopes: serviceScopes),
        Client(name: "referral-service", scopes: serviceScopes),
        Client(name: "reporting-service", scopes: serviceScopes),
    ]
}
