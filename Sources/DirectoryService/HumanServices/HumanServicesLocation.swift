import Foundation
import Schema

/// Where a structure receives people, or that it does so from afar, as a location of HSDS 3.0.
struct HumanServicesLocation {
    private let structure: UUID
    private let item: JSONObject
    private let id: UUID

    /// - Parameter item: the structure's public JSON.
    init(_ item: JSONObject, of structure: UUID) {
        (self.item, self.structure) = (item, structure)
        id = DerivedID.counterpart(of: structure, .location)
    }

    private var address: JSONObject? { item["address"]?.object }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("location_type", address == nil ? "virtual" : "physical")
            json.member("organization_id", structure.text)
            json.member("name", item["name"]?.string ?? "")
            let point = item["location"]?.object ?? [:]
            json.present("latitude", point["latitude"])
            json.present("longitude", point["longitude"])
            writeAddress(to: &json)
            let access = (item["accessibility"]?.array ?? []).compactMap(\.string)
            json.member("accessibility") { json in
                json.array(of: access) { json, code in
                    json.object { json in
                        json.member("id", DerivedID.item("accessibility/\(code)", of: id).text)
                        json.member("location_id", id.text)
                        json.member("description", HumanServicesTerms.label(code, in: .accessibility))
                    }
                }
            }
        }
    }

    /// HSDS demands a street and a postal code of every address: one without them is told by its point alone.
    private func writeAddress(to json: inout JSONWriter) {
        guard let address, let street = address["street"]?.string, let code = address["postal_code"]?.string else {
            return
        }
        json.member("addresses") { json in
            json.array { json in
                json.object { json in
                    json.member("id", DerivedID.item("address", of: id).text)
                    json.member("location_id", id.text)
                    json.member("address_1", street)
                    json.member("city", address["commune_name"]?.string ?? "")
                    json.present("region", address["region"])
                    json.member("state_province", address["department"]?.string ?? "")
                    json.member("postal_code", code)
                    json.member("country", "FR")
                    json.member("address_type", "physical")
                }
            }
        }
    }
}
