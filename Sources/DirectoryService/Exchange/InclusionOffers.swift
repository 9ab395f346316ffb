import Schema

/// What services of data.inclusion's schema say of a structure's offers.
enum InclusionOffers {
    /// Known ones changed, new ones added; those that the document leaves out stay.
    ///
    /// - Parameters:
    ///   - stored: the structure's offers.
    ///   - exported: what an export says of them: what is the same changes nothing.
    static func merged(
        _ services: [JSONObject], over stored: [JSONValue], exported: [JSONObject]
    ) -> [JSONValue] {
        var offers = stored
        for service in services {
            guard let id = InclusionPatch.id(service["id"]?.string ?? "")?.text else { continue }
            guard let place = offers.firstIndex(where: { $0.object?["id"]?.string == id }) else {
                if let offer = new(service, id) { offers.append(offer) }
                continue
            }
            let said = exported.first { $0["id"] == service["id"] } ?? [:]
            var members = EditedObject(offers[place].object ?? [:])
            for (theirs, ours) in [("conditions_acces", "conditions"), ("horaires_accueil", "opening_hours")] {
                guard let value = service[theirs], value != said[theirs] ?? .null else { continue }
                members[ours] = value
            }
            if let zones = service["zone_eligibilite"], !isSame(zones, said["zone_eligibilite"]) {
                members["zones"] = self.zones(zones)
            }
            offers[place] = members.value
        }
        return offers
    }

    /// Nil of what is no service of the SPRO.
    private static func new(_ service: JSONObject, _ id: String) -> JSONValue? {
        let kind = InclusionTerms.kind(type: service["type"]?.string, themes: words(service["thematiques"]))
        guard let kind else { return nil }
        let modes = words(service["modes_accueil"])
        let calls = words(service["modes_mobilisation"]).contains("telephoner")
        var channels: [String] = []
        if modes.contains("en-presentiel") { channels.append("presentiel") }
        if modes.contains("a-distance") { channels.append(calls ? "telephone" : "en-ligne") }
        return .object([
            "id": .string(id), "kind": .string(kind),
            "modalities": .array(channels.map { .object(["channel": .string($0)]) }),
            "zones": zones(service["zone_eligibilite"]),
            "conditions": service["conditions_acces"] ?? .null,
            "opening_hours": service["horaires_accueil"] ?? .null,
        ])
    }

    private static func zones(_ codes: JSONValue?) -> JSONValue {
        .array(
            words(codes).map { code in
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
    private static func isSame(_ left: JSONValue, _ right: JSONValue?) -> Bool { Set(words(left)) == Set(words(right)) }

    private static func words(_ list: JSONValue?) -> [String] { (list?.array ?? []).compactMap(\.string) }
}
