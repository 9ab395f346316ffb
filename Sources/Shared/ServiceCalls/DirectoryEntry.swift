package import Foundation
import Schema

/// What other services need to know of a structure, as the directory shows it.
package struct DirectoryEntry: Sendable, Equatable {
    package struct Offer: Sendable, Equatable {
        package let id: UUID
        package let kind: String
        package let audiences: [String]
        package let cepLevel: Int?
        package let cepFramework: String?
    }

    package let id: UUID
    /// Its *siège*, where it is an *antenne*.
    package let parent: UUID?
    package let networks: [String]
    package let status: String
    /// The region that answers for it.
    package let region: String?
    /// Keys (`kind:code`) of the territories that it lies in.
    package let locatedIn: [String]
    package let participatesIn: [String]
    package let offers: [Offer]

    /// Reads a structure's answer. Members that we do not need may come and go.
    init?(_ document: JSONValue) {
        guard let object = document.object, let id = object["id"]?.string.flatMap({ UUID(text: $0) }),
            let status = object["status"]?.string, let networks = object["networks"]?.array?.compactMap(\.string),
            let places = object["located_in"]?.array, let participatesIn = object["participates_in"]?.array,
            let services = object["services"]?.array
        else { return nil }
        let locatedIn = places.compactMap { place -> String? in
            guard let kind = place.object?["kind"]?.string, let code = place.object?["code"]?.string else { return nil }
            return "\(kind):\(code)"
        }
        let offers = services.compactMap { Offer($0) }
        guard locatedIn.count == places.count, offers.count == services.count else { return nil }
        self.id = id
        parent = object["parent_id"]?.string.flatMap { UUID(text: $0) }
        self.networks = networks
        self.status = status
        region = object["region"]?.string
        self.locatedIn = locatedIn
        self.participatesIn = participatesIn.compactMap(\.string)
        self.offers = offers
    }
}

extension DirectoryEntry.Offer {
    fileprivate init?(_ document: JSONValue) {
        guard let object = document.object, let id = object["id"]?.string.flatMap({ UUID(text: $0) }),
            let kind = object["kind"]?.string, let audiences = object["audiences"]?.array?.compactMap(\.string)
        else { return nil }
        self.init(
            id: id, kind: kind, audiences: audiences, cepLevel: object["cep_level"]?.int,
            cepFramework: object["cep_framework"]?.string)
    }
}
