import Crypto
import Foundation
import Schema

/// A story's parts, as partner systems write them.
extension Story {
    /// What the person lets pass on.
    var categories: [String] {
        ["besoin", "situation"] + (person.name == nil ? ["alias", "canal-relais"] : ["identite", "contact"])
    }

    func writePerson(to json: inout JSONWriter) {
        json.member("mode", person.name == nil ? "anonymous" : "identified")
        json.member("age_band", person.ageBand)
        json.member("sex", person.sex)
        json.member("education", person.education)
        json.member("situations", person.situations)
        if let name = person.name {
            json.member("identity") { json in
                json.object { json in
                    json.member("given_name", name.given)
                    json.member("family_name", name.family)
                }
            }
            json.member("contact") { $0.object { $0.member("email", "personne-\(number)@exemple.example") } }
        } else {
            json.member("alias", "Visiteur \(number)")
            json.member("relay_channel") { json in
                json.object { json in
                    json.member("channel", "courriel")
                    json.member("value", "relais-\(number)@exemple.example")
                }
            }
        }
    }

    func writeDemand(to json: inout JSONWriter) {
        json.member("theme", theme)
        json.member("reception") { json in
            json.object { json in
                json.member("requested_at", reception.requestedAt.map(RFC3339.format))
                writeReception(to: &json, at: reception.receivedAt)
            }
        }
    }

    func writeReception(to json: inout JSONWriter, at instant: Date) {
        json.member("channel", reception.channel)
        json.member("access", reception.access)
        json.member("urgency", reception.urgency)
        json.member("audiences", person.audiences)
        json.member("received_at", RFC3339.format(instant))
    }

    func writeConsent(to json: inout JSONWriter, for recipient: UUID) {
        let text = "fictional consent \(number) for \(recipient.text)"
        let digest = SHA256.hash(data: Array(text.utf8)).hexadecimal
        json.member("granted_by", "self")
        json.member("agent", "conseiller-\(number % 40)")
        json.member("method", "signed")
        json.member("notice") { json in
            json.object { json in
                json.member("id", "notice-demo-1")
                json.member("sha256", digest)
            }
        }
        json.member("language", "fr")
        json.member("purposes", ["transmission", "rendez-vous", "retour"])
        json.member("recipients", [recipient.text])
        json.member("data_categories", categories)
        // Counted from the reception's day, so that the same story is the same request whenever it is told.
        json.member("valid_until", RFC3339.format(reception.receivedAt.addingTimeInterval(120 * 86_400)))
        json.member("evidence") { $0.object { $0.member("sha256", digest) } }
    }
}
