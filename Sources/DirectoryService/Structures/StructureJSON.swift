import Schema

/// A structure's JSON as answers show it, in the parts that a search puts together.
struct StructureJSON {
    /// Every member but the services, without the closing brace: `{"id":…,"version":7`.
    let core: [UInt8]
    /// Its offers, each an object of its own.
    let offers: [[UInt8]]
    /// Its name, as a JSON string.
    let name: [UInt8]

    init(_ structure: Structure, in geography: Geography) {
        let draft = structure.draft
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("id", structure.id.text)
            json.member("parent_id", draft.parentID?.text)
            json.member("name", draft.name)
            json.member("region", structure.region(in: geography))
            json.member("networks", draft.networks)
            json.member("status", draft.status)
            json.member("label") { draft.writeLabel(to: &$0) }
            json.member("siret", draft.siret)
            json.member("address") { json in
                json.optional(draft.address) { Self.write($1, geography.communes[$1.commune], to: &$0) }
            }
            json.member("location") { $0.optional(draft.location) { $1.write(to: &$0) } }
            json.member("located_in") { json in
                let territories = draft.address.map { geography.territories(ofCommune: $0.commune) } ?? []
                json.array(of: territories) { json, territory in
                    json.object { json in
                        json.member("kind", territory.kind)
                        json.member("code", territory.code)
                        json.member("name", territory.name)
                    }
                }
            }
            draft.writeDetails(to: &json)
            json.member("record_completeness") { RecordCompleteness(of: draft).write(to: &$0) }
            json.member("service_kinds", Set(draft.services.map(\.kind)).sorted())
            json.member("updated_at", RFC3339.format(structure.updatedAt))
            json.member("version", structure.version)
        }
        core = Array(json.bytes.dropLast())
        offers = draft.services.map { offer in
            var json = JSONWriter(reservingCapacity: 512)
            offer.write(to: &json)
            return json.bytes
        }
        var name = JSONWriter(reservingCapacity: 64)
        name.value(draft.name)
        self.name = name.bytes
    }

    private static func write(_ address: Address, _ commune: Commune?, to json: inout JSONWriter) {
        json.object { json in
            json.member("street", address.street)
            json.member("postal_code", address.postalCode)
            json.member("commune", address.commune)
            json.member("commune_name", commune?.name)
            json.member("department", commune?.department)
            json.member("region", commune?.region)
            json.member("confidential", address.isConfidential)
        }
    }
}
