import Schema

/// A structure's JSON as answers show it, and where its parts are, from which a search puts its items together.
struct StructureJSON {
    private(set) var start = 0
    /// Where every member but the services ends, without the closing brace: `{"id":…,"version":7`.
    private(set) var coreEnd = 0
    /// Where the services end, without the closing brace.
    private(set) var end = 0
    /// Its name, as a JSON string.
    private(set) var name = 0..<0
    /// Its offers, each an object of its own.
    private(set) var offers: [Range<Int>] = []

    /// Writes one more structure into the bytes.
    static func write(_ structure: Structure, in geography: Geography, to json: inout JSONWriter) -> StructureJSON {
        var layout = StructureJSON()
        json.object { json in
            layout.start = json.bytes.count - 1
            layout.writeCore(structure, in: geography, to: &json)
            layout.coreEnd = json.bytes.count
            json.member("services") { json in
                json.array { json in
                    for (index, offer) in structure.draft.services.enumerated() {
                        let start = json.bytes.count + (index == 0 ? 0 : 1)
                        offer.write(to: &json)
                        layout.offers.append(start..<json.bytes.count)
                    }
                }
            }
            layout.end = json.bytes.count
        }
        return layout
    }

    private mutating func writeCore(_ structure: Structure, in geography: Geography, to json: inout JSONWriter) {
        let draft = structure.draft
        json.member("id", structure.id.text)
        json.member("parent_id", draft.parentID?.text)
        json.member("name") { json in
            let start = json.bytes.count
            json.value(draft.name)
            name = start..<json.bytes.count
        }
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
