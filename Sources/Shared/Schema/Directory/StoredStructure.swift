extension StructureDraft {
    /// The draft's JSON as the database keeps it: what `init` reads back as stored.
    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("parent_id", parentID?.text)
            json.member("name", name)
            json.member("networks", networks)
            json.member("status", status)
            json.member("label") { $0.optional(label) { $1.write(to: &$0) } }
            json.member("siret", siret)
            json.member("address") { json in
                json.optional(address) { json, address in
                    json.object { json in
                        json.member("street", address.street)
                        json.member("postal_code", address.postalCode)
                        json.member("commune", address.commune)
                        if address.isConfidential { json.member("confidential", true) }
                    }
                }
            }
            json.member("location") { $0.optional(location) { $1.write(to: &$0) } }
            json.member("region", region)
            writeDetails(to: &json)
            json.member("services") { writeServices(to: &$0) }
        }
        return json.bytes
    }

    /// The members that an answer shows as the draft has them.
    package func writeDetails(to json: inout JSONWriter) {
        json.member("participates_in", participatesIn)
        json.member("contact") { $0.optional(contact) { $1.write(to: &$0) } }
        json.member("opening_hours", openingHours)
        json.member("closures") { $0.array(of: closures) { $1.write(to: &$0) } }
        json.member("accessibility", accessibility)
        json.member("languages", languages)
        json.member("staff") { $0.optional(staff) { $1.write(to: &$0) } }
        json.member("logo_displayed_on", logoDisplayedOn?.text)
        json.member("source", source)
        json.member("verified_on", verifiedOn?.text)
    }

    package func writeLabel(to json: inout JSONWriter) { json.optional(label) { $1.write(to: &$0) } }

    package func writeServices(to json: inout JSONWriter) { json.array(of: services) { $1.write(to: &$0) } }
}
