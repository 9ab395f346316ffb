import Foundation
import Schema

/// What a structure of data.inclusion's schema, version 1, and its services say other than the directory does.
///
/// The schema has fewer words than we: what is the same as in our own export (``InclusionRecord``) changes nothing, and a
/// member that differs changes what it stands for and nothing else. What the directory has no word for is passed over.
struct InclusionPatch {
    /// Of the structure in its document, from 0.
    let place: Int
    let structure: JSONObject
    let services: [JSONObject]

    /// Where our members stand there, for those who look for a mistake.
    static func pointer(_ pointer: String) -> String {
        for (ours, theirs) in names where pointer == ours || pointer.hasPrefix(ours + "/") { return theirs }
        return pointer
    }

    private static let names = [
        ("/id", "/id"), ("/name", "/nom"), ("/siret", "/siret"), ("/address/street", "/adresse"),
        ("/address/postal_code", "/code_postal"), ("/address", "/code_insee"), ("/location/longitude", "/longitude"),
        ("/location", "/latitude"), ("/contact/phone", "/telephone"), ("/contact/email", "/courriel"),
        ("/contact/website", "/site_web"), ("/opening_hours", "/horaires_accueil"), ("/networks", "/reseaux_porteurs"),
        ("/region", "/code_insee"),
    ]

    /// The id of one of ours; of others' one that is the same at any time.
    static func id(_ text: String) -> UUID? {
        guard !text.isEmpty else { return nil }
        let prefix = InclusionRecord.source + "--"
        if text.hasPrefix(prefix) { return UUID(text: String(text.dropFirst(prefix.count))) }
        return DerivedID.item(text, of: namespace)
    }

    private static let namespace = UUID(uuidString: "B7B4A1C0-6D0E-5D7A-9B0A-64617461696E")!

    /// - Parameters:
    ///   - stored: the structure's document; nil of a new one.
    ///   - exported: what an export says of it.
    func document(
        _ id: UUID?, over stored: JSONObject?, exported: (structure: JSONObject, services: [JSONObject])?
    ) -> JSONValue {
        let said = exported?.structure ?? [:]
        var members = EditedObject(stored ?? [:])
        members["id"] = id.map { .string($0.text) } ?? structure["id"]
        if stored == nil { members["status"] = .string("partenaire-ressource") }
        func differs(_ name: String) -> JSONValue? {
            guard let value = structure[name], value != said[name] ?? .null else { return Optional.none }
            return value
        }
        for (theirs, ours) in [("nom", "name"), ("siret", "siret"), ("horaires_accueil", "opening_hours")] {
            if let value = differs(theirs) { members[ours] = value }
        }
        members.put(
            "address", [("adresse", "street"), ("code_postal", "postal_code"), ("code_insee", "commune")], differs)
        members.put("location", [("longitude", "longitude"), ("latitude", "latitude")], differs)
        if var location = members["location"]?.object.map(EditedObject.init) {
            if location["precision"] ?? .null == .null { location["precision"] = .string("rue") }
            let isNone = (location["latitude"] ?? .null) == .null && (location["longitude"] ?? .null) == .null
            members["location"] = isNone ? .null : location.value
        }
        members.put("contact", [("telephone", "phone"), ("courriel", "email"), ("site_web", "website")], differs)
        if let networks = differs("reseaux_porteurs") {
            members["networks"] = self.networks(networks, members["networks"])
        }
        members["services"] = .array(
            InclusionOffers.merged(services, over: members["services"]?.array ?? [], exported: exported?.services ?? [])
        )
        return members.value
    }

    /// Those that the schema has no word for stay.
    private func networks(_ named: JSONValue, _ stored: JSONValue?) -> JSONValue {
        let theirs = Set((named.array ?? []).compactMap(\.string))
        let kept = (stored?.array ?? []).compactMap(\.string).filter { code in
            InclusionTerms.networks[code].map(theirs.contains) ?? true
        }
        let told = Set(kept.compactMap { InclusionTerms.networks[$0] })
        let new = theirs.subtracting(told).compactMap { InclusionTerms.network(named: $0) }
        return .array((kept + new.sorted()).map { .string($0) })
    }
}
