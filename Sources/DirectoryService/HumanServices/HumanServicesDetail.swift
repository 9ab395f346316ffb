import Foundation
import Schema

/// The small objects of HSDS 3.0 that stand below an organization or a service, with ids of their own.
enum HumanServicesDetail {
    static func writePhones(_ contact: JSONObject, of structure: UUID, to json: inout JSONWriter) {
        guard let number = contact["phone"]?.string else { return }
        json.member("phones") { json in
            json.array { json in
                json.object { json in
                    json.member("id", DerivedID.item("phone", of: structure).text)
                    json.member("organization_id", structure.text)
                    json.member("number", number)
                }
            }
        }
    }

    static func writeIdentifier(_ siret: String, of structure: UUID, to json: inout JSONWriter) {
        json.member("organization_identifiers") { json in
            json.array { json in
                json.object { json in
                    json.member("id", DerivedID.item("siret", of: structure).text)
                    json.member("organization_id", structure.text)
                    json.member("identifier_scheme", "FR-SIRENE")
                    json.member("identifier_type", "SIRET")
                    json.member("identifier", siret)
                }
            }
        }
    }

    /// - Parameter codes: of the structure: whoever offers the service speaks them.
    static func writeLanguages(_ codes: JSONValue?, of offer: UUID, to json: inout JSONWriter) {
        json.member("languages") { json in
            json.array(of: (codes?.array ?? []).compactMap(\.string)) { json, code in
                json.object { json in
                    json.member("id", DerivedID.item("language/\(code)", of: offer).text)
                    json.member("service_id", offer.text)
                    json.member("code", code)
                }
            }
        }
    }

    /// Hours are OpenStreetMap's, which say more than iCalendar's rules can.
    static func writeSchedule(_ hours: String, of offer: UUID, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", DerivedID.item("schedule", of: offer).text)
            json.member("service_id", offer.text)
            json.member("description", hours)
            json.member("notes", "OpenStreetMap opening_hours, Europe/Paris")
        }
    }

    static func writeArea(_ zone: JSONObject, of offer: UUID, to json: inout JSONWriter) {
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
    /// A member where there is a value: HSDS knows no null.
    mutating func present(_ name: String, _ value: JSONValue?) {
        guard let value, value != .null else { return }
        member(name) { $0.value(value) }
    }
}
