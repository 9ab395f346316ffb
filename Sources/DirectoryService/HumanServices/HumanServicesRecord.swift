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
    private var location: HumanServicesLocation { HumanServicesLocation(item, of: id) }
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
            HumanServicesDetail.writePhones(contact, of: id, to: &json)
            if let siret = item["siret"]?.string { HumanServicesDetail.writeIdentifier(siret, of: id, to: &json) }
            json.member("locations") { $0.array { location.write(to: &$0) } }
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
            HumanServicesDetail.writePhones(contact, of: id, to: &json)
            let hours = found["opening_hours"]?.string ?? item["opening_hours"]?.string
            if let hours {
                json.member("schedules") { $0.array { HumanServicesDetail.writeSchedule(hours, of: offer, to: &$0) } }
            }
            json.member("service_areas") { json in
                json.array(of: (found["zones"]?.array ?? []).compactMap(\.object)) { json, zone in
                    HumanServicesDetail.writeArea(zone, of: offer, to: &json)
                }
            }
            json.member("service_at_locations") { $0.array { writeServiceAtLocation(found, offer, to: &$0) } }
            HumanServicesDetail.writeLanguages(item["languages"], of: offer, to: &json)
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
            json.member("location") { location.write(to: &$0) }
            more(&json)
        }
    }
}
