import Foundation
import Schema

/// What a structure of data.inclusion's schema, version 1, and its services say other than the directory does.
///
/// The schema has fewer words than we: what is the same as in our own export (``InclusionRecord``) changes nothing, and a
/// member that differs changes what it stands for and nothing else. What the directory has no word for is passed over.
struct InclusionPatch {
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
        var members = Members(stored ?? [:])
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
        if var location = members["location"]?.object.map(Members.init) {
            if location["precision"] ?? .null == .null { location["precision"] = .string("rue") }
            let isNone = (location["latitude"] ?? .null) == .null && (location["longitude"] ?? .null) == .null
            members["location"] = isNone ? .null : location.value
        }
        members.put("contact", [("telephone", "phone"), ("courriel", "email"), ("site_web", "website")], differs)
        if let networks = differs("reseaux_porteurs") {
            members["networks"] = self.networks(networks, members["networks"])
        }
        members["services"] = .array(offers(over: members["services"]?.array ?? [], exported?.services ?? []))
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

    /// Known ones changed, new ones added; those that the file leaves out stay.
    private func offers(over stored: [JSONValue], _ exported: [JSONObject]) -> [JSONValue] {
        var offers = stored
        for service in services {
            guard let id = Self.id(service["id"]?.string ?? "") else { continue }
            let place = offers.firstIndex { $0.object?["id"]?.string == id.text }
            guard let place else {
                if let offer = newOffer(service, id) { offers.append(offer) }
                continue
            }
            let said = exported.first { $0["id"] == service["id"] } ?? [:]
            var members = Members(offers[place].object ?? [:])
            for (theirs, ours) in [("conditions_acces", "conditions"), ("horaires_accueil", "opening_hours")] {
                guard let value = service[theirs], value != said[theirs] ?? .null else { continue }
                members[ours] = value
            }
            if let zones = service["zone_eligibilite"], !Self.isSame(zones, said["zone_eligibilite"]) {
                members["zones"] = Self.zones(zones)
            }
            offers[place] = members.value
        }
        return offers
    }

    /// Nil of what is no service of the SPRO.
    private func newOffer(_ service: JSONObject, _ id: UUID) -> JSONValue? {
        let themes = (service["thematiques"]?.array ?? []).compactMap(\.string)
        guard let kind = InclusionTerms.kind(type: service["type"]?.string, themes: themes) else { return nil }
        let modes = (service["modes_accueil"]?.array ?? []).compactMap(\.string)
        let calls = (service["modes_mobilisation"]?.array ?? []).contains(.string("telephoner"))
        var channels: [String] = []
        if modes.contains("en-presentiel") { channels.append("presentiel") }
        if modes.contains("a-distance") { channels.append(calls ? "telephone" : "en-ligne") }
        return .object([
            "id": .string(id.text), "kind": .string(kind),
            "modalities": .array(channels.map { .object(["channel": .string($0)]) }),
            "zones": Self.zones(service["zone_eligibilite"] ?? .null),
            "conditions": service["conditions_acces"] ?? .null,
            "opening_hours": service["horaires_accueil"] ?? .null,
        ])
    }

    private static func zones(_ codes: JSONValue) -> JSONValue {
        .array(
            (codes.array ?? []).compactMap(\.string).map { code in
                let type =
                    switch code.utf8.count {
                    case 9: "epci"
                    case 2, 3: "departement"
                    case 5 where code != "99100": "commune"
                    default: "pays"
                    }
                return .object(["type": .string(type), "code": .string(type == "pays" ? "FR" : code)])
            })
    }

    /// Lists of the schema are sets.
    private static func isSame(_ left: JSONValue, _ right: JSONValue?) -> Bool {
        Set((left.array ?? []).compactMap(\.string)) == Set((right?.array ?? []).compactMap(\.string))
    }

    /// An object's members, to be replaced one by one.
    private struct Members {
        private var members: [(name: String, value: JSONValue)]

        init(_ object: JSONObject) { members = object.members }

        var value: JSONValue { .object(JSONObject(members: members)) }

        subscript(name: String) -> JSONValue? {
            get { members.first { $0.name == name }?.value }
            set {
                members.removeAll { $0.name == name }
                if let newValue { members.append((name: name, value: newValue)) }
            }
        }

        /// Parts of an object that differ; the object is null where nothing was said of it and nothing is now.
        mutating func put(
            _ name: String, _ parts: [(theirs: String, ours: String)], _ differs: (String) -> JSONValue?
        ) {
            let changed = parts.compactMap { part in differs(part.theirs).map { (part.ours, $0) } }
            guard !changed.isEmpty else { return }
            var object = Members(self[name]?.object ?? [:])
            for (part, value) in changed { object[part] = value }
            let isNothing = object.members.allSatisfy { $0.value == .null || $0.value == .bool(false) }
            self[name] = isNothing ? .null : object.value
        }
    }
}
