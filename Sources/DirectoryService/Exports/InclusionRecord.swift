import Foundation
import Schema

/// A structure and its services in the words of data.inclusion's schema, version 1 (`data-inclusion-schema` 1.0, Licence
/// ouverte 2.0, https://github.com/gip-inclusion/data-inclusion-schema).
///
/// What it has no member for is left out; what its members demand (a name of 3 to 150 characters, a description) is made
/// of what there is.
struct InclusionRecord {
    /// Of the producer of the data: ids begin with it.
    static let source = "spro"

    private let item: JSONObject

    /// - Parameter structure: its public JSON.
    init(_ structure: JSONValue) { item = structure.object ?? [:] }

    private var id: String { Self.identifier(item["id"]?.string ?? "") }
    private var address: JSONObject { item["address"]?.object ?? [:] }
    private var contact: JSONObject { item["contact"]?.object ?? [:] }

    static func identifier(_ id: String) -> String { "\(source)--\(id)" }

    var structure: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            json.member("source", Self.source)
            json.member("id", id)
            json.member("nom", Self.name(item["name"]?.string ?? ""))
            json.member("date_maj", updatedOn)
            json.member("siret", item["siret"]?.string)
            writePlace(to: &json)
            writeContact(to: &json)
            json.member("site_web", contact["website"]?.string)
            json.member("horaires_accueil", item["opening_hours"]?.string)
            let networks = Set(strings(item["networks"]).compactMap { InclusionTerms.networks[$0] }).sorted()
            json.member("reseaux_porteurs") { json in
                json.optional(networks.isEmpty ? nil : networks) { $0.array(of: $1) { $0.value($1) } }
            }
        }
        return json.bytes
    }

    /// - Parameter departments: of each region.
    func services(departments: [String: [String]]) -> [[UInt8]] {
        (item["services"]?.array ?? []).compactMap(\.object).map { service($0, departments) }
    }

    private func service(_ offer: JSONObject, _ departments: [String: [String]]) -> [UInt8] {
        let kind = offer["kind"]?.string ?? ""
        let label = Self.label(kind, in: .serviceKind)
        let modalities = (offer["modalities"]?.array ?? []).compactMap(\.object)
        let channels = Set(modalities.compactMap { $0["channel"]?.string })
        let conditions = offer["conditions"]?.string
        let zones = (offer["zones"]?.array ?? []).compactMap(\.object).flatMap { InclusionTerms.zone($0, departments) }
        let mobilisation = self.mobilisation(modalities)
        let publics = InclusionTerms.publics(
            audiences: strings(offer["audiences"]), situations: strings(offer["situations"]))
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            json.member("source", Self.source)
            json.member("structure_id", id)
            json.member("id", Self.identifier(offer["id"]?.string ?? ""))
            json.member("nom", Self.name(label))
            json.member("description", [label + ".", conditions].compactMap(\.self).joined(separator: "\n\n"))
            json.member("date_maj", updatedOn)
            json.member("type", InclusionTerms.types[kind])
            json.member("thematiques", InclusionTerms.themes[kind] ?? [])
            // By definition of the service (Code du travail L6111-3).
            json.member("frais", "gratuit")
            Self.write(publics, as: "publics", to: &json)
            json.member("publics_precisions", Self.labels(offer, self))
            json.member("conditions_acces", conditions)
            writePlace(to: &json)
            writeContact(to: &json)
            var modes: [String] = []
            if channels.contains(where: { $0 != "presentiel" }) { modes.append("a-distance") }
            if channels.contains("presentiel") { modes.append("en-presentiel") }
            Self.write(modes, as: "modes_accueil", to: &json)
            Self.write(Set(zones).sorted(), as: "zone_eligibilite", to: &json)
            Self.write(mobilisation, as: "modes_mobilisation", to: &json)
            json.member("lien_mobilisation", contact["booking_url"]?.string)
            json.member("mobilisable_par", ["usagers"])
            json.member("horaires_accueil", offer["opening_hours"]?.string)
        }
        return json.bytes
    }

    /// How one gets the service, as far as the structure's contact allows it.
    private func mobilisation(_ modalities: [JSONObject]) -> [String] {
        let channels = Set(modalities.compactMap { $0["channel"]?.string })
        let walksIn = modalities.contains { $0["channel"]?.string == "presentiel" && $0["access"]?.string == "flux" }
        let modes = [
            ("envoyer-un-courriel", channels.contains("courriel") && contact["email"]?.string != nil),
            ("se-presenter", walksIn && address["commune"]?.string != nil),
            ("telephoner", channels.contains("telephone") && contact["phone"]?.string != nil),
            ("utiliser-lien-mobilisation", contact["booking_url"]?.string != nil),
        ]
        return modes.filter(\.1).map(\.0)
    }

    private func writePlace(to json: inout JSONWriter) {
        let location = item["location"]?.object ?? [:]
        json.member("commune", address["commune_name"]?.string)
        json.member("code_postal", address["postal_code"]?.string)
        json.member("code_insee", address["commune"]?.string)
        json.member("adresse", address["street"]?.string)
        for name in ["longitude", "latitude"] { json.member(name) { $0.value(location[name] ?? .null) } }
    }

    private func writeContact(to json: inout JSONWriter) {
        json.member("telephone", contact["phone"]?.string)
        json.member("courriel", contact["email"]?.string)
    }

    /// The day of the last change, in UTC.
    private var updatedOn: String { String((item["updated_at"]?.string ?? "").prefix(10)) }

    /// Sets that say something; the schema takes no empty ones.
    private static func write(_ codes: [String], as name: String, to json: inout JSONWriter) {
        json.member(name) { $0.optional(codes.isEmpty ? nil : codes) { $0.array(of: $1) { $0.value($1) } } }
    }

    private static func labels(_ offer: JSONObject, _ record: InclusionRecord) -> String? {
        let all =
            record.strings(offer["audiences"]).map { label($0, in: .audience) }
            + record.strings(offer["situations"]).map { label($0, in: .situation) }
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    private static func label(_ code: String, in vocabulary: Vocabulary) -> String {
        vocabulary.terms.first { $0.code == code }?.label.fr ?? code
    }

    /// 3 to 150 code points.
    private static func name(_ text: String) -> String {
        let scalars = text.unicodeScalars
        if scalars.count < 3 { return "SPRO – \(text)" }
        guard scalars.count > 150 else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(149))) + "…"
    }

    private func strings(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
}
