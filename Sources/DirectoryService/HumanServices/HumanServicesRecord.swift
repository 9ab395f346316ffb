import Foundation
import Schema

/// A structure and its services as organization, location and services of the Human Services Data Specification 3.0
/// (https://docs.openreferral.org/en/3.0/, CC BY-SA 4.0). Its members are never null: what is not known is absent.
struct HumanServicesRecord {
    let id: UUID
    private let item: JSONObject

    /// - Parameter structure: its public JSON.
    init(_ structure: JSONValue, id: UUID) {
        item = structure.object ?? [:]
        self.id = id
    }

    private var contact: JSONObject { item["contact"]?.object ?? [:] }
    private var address: JSONObject? { item["address"]?.object }
    private var offers: [JSONObject] { (item["services"]?.array ?? []).compactMap(\.object) }

    // MARK: Organizations

    func writeOrganization(to json: inout JSONWriter, isWhole: Bool) {
        json.object { json in
            json.member("id", id.text)
            json.member("name", item["name"]?.string ?? "")
            json.member("description", about)
            json.present("email", contact["email"])
            json.present("website", contact["website"])
            json.present("parent_organization_id", item["parent_id"])
            guard isWhole else { return }
            writePhones(to: &json)
            if let siret = item["siret"]?.string {
                json.member("organization_identifiers") { json in
                    json.array { json in
                        json.object { json in
                            json.member("id", DerivedID.item("siret", of: id).text)
                            json.member("organization_id", id.text)
                            json.member("identifier_scheme", "FR-SIRENE")
                            json.member("identifier_type", "SIRET")
                            json.member("identifier", siret)
                        }
                    }
                }
            }
            json.member("locations") { $0.array { writeLocation(to: &$0) } }
            json.member("services") { json in
                json.array(of: offers) { json, offer in
                    json.object { writeService(offer, to: &$0) }
                }
            }
        }
    }

    /// What HSDS demands of every organization.
    private var about: String {
        let status = HumanServicesTerms.label(item["status"]?.string ?? "", in: .structureStatus)
        let place = address?["commune_name"]?.string.map { ", \($0)" } ?? ""
        return "\(status) du service public régional de l’orientation\(place)"
    }

    // MARK: Services

    /// A service of a list, with its organization.
    func writeListed(offer: UUID, to json: inout JSONWriter) {
        guard let offer = find(offer) else { return json.object { _ in } }
        json.object { json in
            writeService(offer, to: &json)
            json.member("organization") { writeOrganization(to: &$0, isWhole: false) }
        }
    }

    /// A service with all that belongs to it.
    func writeWhole(offer: UUID, to json: inout JSONWriter) {
        guard let found = find(offer) else { return json.object { _ in } }
        json.object { json in
            writeService(found, to: &json)
            writePhones(to: &json)
            let hours = found["opening_hours"]?.string ?? item["opening_hours"]?.string
            if let hours {
                json.member("schedules") { $0.array { Self.writeSchedule(hours, of: offer, to: &$0) } }
            }
            json.member("service_areas") { json in
                json.array(of: (found["zones"]?.array ?? []).compactMap(\.object)) { json, zone in
                    Self.writeArea(zone, of: offer, to: &json)
                }
            }
            json.member("service_at_locations") { $0.array { writeServiceAtLocation(found, offer, to: &$0) } }
            json.member("languages") { json in
                json.array(of: (item["languages"]?.array ?? []).compactMap(\.string)) { json, code in
                    json.object { json in
                        json.member("id", DerivedID.item("language/\(code)", of: offer).text)
                        json.member("service_id", offer.text)
                        json.member("code", code)
                    }
                }
            }
            json.member("organization") { writeOrganization(to: &$0, isWhole: false) }
        }
    }

    private func find(_ offer: UUID) -> JSONObject? { offers.first { $0["id"]?.string == offer.text } }

    private func writeService(_ offer: JSONObject, to json: inout JSONWriter) {
        json.present("id", offer["id"])
        json.member("organization_id", id.text)
        json.member("name", HumanServicesTerms.label(offer["kind"]?.string ?? "", in: .serviceKind))
        json.present("description", offer["conditions"])
        json.present("url", contact["booking_url"] ?? contact["website"])
        json.present("email", contact["email"])
        json.member("status", "active")
        let access = HumanServicesTerms.access(offer)
        if !access.isEmpty { json.member("application_process", access) }
        json.member("fees_description", "Gratuit")
        if let days = offer["lead_time_days"]?.int { json.member("wait_time", "\(days) jours") }
        let audiences = HumanServicesTerms.audiences(offer)
        if !audiences.isEmpty { json.member("eligibility_description", audiences) }
        json.present("minimum_age", offer["age_min"])
        json.present("maximum_age", offer["age_max"])
        json.present("assured_date", item["verified_on"])
        json.present("last_modified", item["updated_at"])
    }

    // MARK: Places

    /// A service at its location, of a list: with both of them.
    func writeServiceAtLocation(offer: UUID, to json: inout JSONWriter) {
        guard let found = find(offer) else { return json.object { _ in } }
        writeServiceAtLocation(found, offer, to: &json) { json in
            json.member("service") { writeListed(offer: offer, to: &$0) }
        }
    }

    private func writeServiceAtLocation(
        _ found: JSONObject, _ offer: UUID, to json: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }
    ) {
        json.object { json in
            json.member("id", DerivedID.counterpart(of: offer, .serviceAtLocation).text)
            json.member("service_id", offer.text)
            json.member("location_id", DerivedID.counterpart(of: id, .location).text)
            json.member("location") { writeLocation(to: &$0) }
            more(&json)
        }
    }

    /// Where it receives people, or that it does so from afar.
    private func writeLocation(to json: inout JSONWriter) {
        let location = DerivedID.counterpart(of: id, .location)
        json.object { json in
            json.member("id", location.text)
            json.member("location_type", address == nil ? "virtual" : "physical")
            json.member("organization_id", id.text)
            json.member("name", item["name"]?.string ?? "")
            let point = item["location"]?.object ?? [:]
            json.present("latitude", point["latitude"])
            json.present("longitude", point["longitude"])
            writeAddress(of: location, to: &json)
            let access = (item["accessibility"]?.array ?? []).compactMap(\.string)
            json.member("accessibility") { json in
                json.array(of: access) { json, code in
                    json.object { json in
                        json.member("id", DerivedID.item("accessibility/\(code)", of: location).text)
                        json.member("location_id", location.text)
                        json.member("description", HumanServicesTerms.label(code, in: .accessibility))
                    }
                }
            }
        }
    }

    /// HSDS demands a street and a postal code of every address: one without them is told by its point alone.
    private func writeAddress(of location: UUID, to json: inout JSONWriter) {
        guard let address, let street = address["street"]?.string, let code = address["postal_code"]?.string else {
            return
        }
        json.member("addresses") { json in
            json.array { json in
                json.object { json in
                    json.member("id", DerivedID.item("address", of: location).text)
                    json.member("location_id", location.text)
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

    private func writePhones(to json: inout JSONWriter) {
        guard let number = contact["phone"]?.string else { return }
        json.member("phones") { json in
            json.array { json in
                json.object { json in
                    json.member("id", DerivedID.item("phone", of: id).text)
                    json.member("organization_id", id.text)
                    json.member("number", number)
                }
            }
        }
    }

    /// Hours are OpenStreetMap's, which say more than iCalendar's rules can.
    private static func writeSchedule(_ hours: String, of offer: UUID, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", DerivedID.item("schedule", of: offer).text)
            json.member("service_id", offer.text)
            json.member("description", hours)
            json.member("notes", "OpenStreetMap opening_hours, Europe/Paris")
        }
    }

    private static func writeArea(_ zone: JSONObject, of offer: UUID, to json: inout JSONWriter) {
        let (type, code) = (zone["type"]?.string ?? "", zone["code"]?.string ?? "")
        json.object { json in
            json.member("id", DerivedID.item("area/\(type):\(code)", of: offer).text)
            json.member("service_id", offer.text)
            json.member("name", "\(HumanServicesTerms.label(type, in: .zoneType)) \(code)")
            json.member("extent", code)
            json.member("extent_type", type)
        }
    }
}

extension JSONWriter {
    /// A member where there is a value.
    fileprivate mutating func present(_ name: String, _ value: JSONValue?) {
        guard let value, value != .null else { return }
        member(name) { $0.value(value) }
    }
}
