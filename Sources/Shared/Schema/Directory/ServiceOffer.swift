package import Foundation

/// What a structure offers to someone: a kind of service, to whom, how, and for which places. Always free of charge.
package struct ServiceOffer: Sendable, Equatable {
    package let id: UUID
    package let kind: String
    package let audiences: [String]
    package let situations: [String]
    package let modalities: [Modality]
    package let openingHours: String?
    /// Level of *conseil en évolution professionnelle*, within ``cepFramework``.
    package let cepLevel: Int?
    package let cepFramework: String?
    /// Where the people whom it serves live; empty where the structure's territories say it.
    package internal(set) var zones: [Zone]
    package let ageMin: Int?
    package let ageMax: Int?
    package let conditions: String?
    /// Usual days between a request and the first appointment.
    package let leadTimeDays: Int?

    /// Whether it can be had without going anywhere.
    package var isRemote: Bool { modalities.contains { $0.channel != "presentiel" } }

    /// INSEE codes of the communes among its zones.
    package var communes: [String] { zones.filter { $0.type == "commune" }.map(\.code) }

    func namingCommunes(_ current: (String) -> String) -> ServiceOffer {
        var (offer, seen): (ServiceOffer, Set<Zone>) = (self, [])
        offer.zones = zones.map { $0.type == "commune" ? Zone(type: $0.type, code: current($0.code)) : $0 }
            .filter { seen.insert($0).inserted }
        return offer
    }

    init?(_ object: ObjectReader, origin: StructureDraft.Origin) {
        // An import that is run again must find its own services: it names them, an editor need not.
        let isNew = origin == .editor && !object.holds("id")
        let id = isNew ? UUID.v7() : object.required("id", .string(.uuid))
        let kind = object.required("kind", .code(Vocabulary.serviceKind.codes))
        audiences = object.optional("audiences", .set(0...20, of: .code(Vocabulary.audience.codes))) ?? []
        situations = object.optional("situations", .set(0...20, of: .code(Vocabulary.situation.codes))) ?? []
        modalities = object.optional("modalities", .set(0...20, of: .object(Modality.init))) ?? []
        openingHours = object.optional("opening_hours", .openingHours(from: origin))
        cepLevel = object.optional("cep_level", .int(1...3))
        cepFramework = object.optional("cep_framework", .code(Vocabulary.cepFramework.codes))
        zones = object.optional("zones", .set(0...2000, of: .object(Zone.init))) ?? []
        ageMin = object.optional("age_min", .int(0...120))
        ageMax = object.optional("age_max", .int(0...120))
        conditions = object.optional("conditions", .lines(1...1000))
        leadTimeDays = object.optional("lead_time_days", .int(0...365))
        Self.refusePrice(object)
        if let ageMin, let ageMax, ageMin > ageMax { object.report(.outOfRange("\(ageMin)", "120"), at: "age_max") }
        if cepFramework == "2019", cepLevel == 3 { object.report(.outOfRange("1", "2"), at: "cep_level") }
        guard let kind, let id else { return nil }
        self.id = id
        self.kind = kind
    }

    /// Every specification demands a free service (Normandie: «aucune contrepartie financière ne sera exigée»).
    private static func refusePrice(_ object: ObjectReader) {
        for name in ["price", "prix", "cost", "fee"] where object.contains(name) {
            object.report(
                Flaw(
                    "service-is-free", fr: "Le service est gratuit : un prix ne peut pas être indiqué.",
                    en: "The service is free of charge: no price can be given."), at: name)
        }
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("kind", kind)
            json.member("audiences", audiences)
            json.member("situations", situations)
            json.member("modalities") { $0.array(of: modalities) { $1.write(to: &$0) } }
            json.member("opening_hours", openingHours)
            json.member("cep_level", cepLevel)
            json.member("cep_framework", cepFramework)
            json.member("zones") { $0.array(of: zones) { $1.write(to: &$0) } }
            json.member("age_min", ageMin)
            json.member("age_max", ageMax)
            json.member("conditions", conditions)
            json.member("lead_time_days", leadTimeDays)
        }
    }
}
