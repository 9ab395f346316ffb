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
    package private(set) var zones: [Zone]
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

/// One way of getting a service.
package struct Modality: Sendable, Hashable {
    package let channel: String
    package let access: String?
    package let format: String?

    init?(_ object: ObjectReader) {
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        access = object.optional("access", .code(Vocabulary.access.codes))
        format = object.optional("format", .code(Vocabulary.format.codes))
        guard let channel else { return nil }
        self.channel = channel
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("access", access)
            json.member("format", format)
        }
    }
}

/// A place with its type, because 53 is a region and a department.
package struct Zone: Sendable, Hashable {
    package let type: String
    package let code: String

    package init(type: String, code: String) {
        self.type = type
        self.code = code
    }

    /// `type:code`, the key of every index by zone.
    package var key: String { "\(type):\(code)" }

    init?(_ object: ObjectReader) {
        let type = object.required("type", .code(Vocabulary.zoneType.codes))
        let code = object.required("code", .string(.placeCode))
        guard let type, let code else { return nil }
        let isRight: Bool
        switch type {
        case "commune": isRight = code.utf8.count == 5
        case "epci": isRight = code.utf8.count == 9
        case "departement": isRight = (2...3).contains(code.utf8.count)
        case "region": isRight = code.utf8.count == 2
        default: isRight = code == "FR"
        }
        guard isRight else {
            object.report(.format("un code de \(type) (Insee)", "an Insee code of a \(type)"), at: "code")
            return nil
        }
        self.init(type: type, code: code)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", type)
            json.member("code", code)
        }
    }
}

extension TextRule where Value == String {
    /// A code of INSEE's *code officiel géographique*: capital letters and digits (`44184`, `2A004`, `52`, `FR`).
    package static let placeCode = TextRule { text throws(Flaw) in
        let isRight = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard isRight, (2...9).contains(text.utf8.count) else { throw .format("un code Insee", "an Insee code") }
        return text
    }

    /// The code of a commune or municipal arrondissement: five characters.
    package static let communeCode = placeCode.map { code throws(Flaw) in
        guard code.utf8.count == 5 else { throw .format("un code Insee de commune", "an Insee commune code") }
        return code
    }

    /// `kind:code`, as `territoire-spro:52-01`.
    package static let territoryKey = TextRule { text throws(Flaw) in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Vocabulary.territoryKind.contains(parts[0]) else {
            throw .format("genre:code, par exemple territoire-spro:52-01", "kind:code, such as territoire-spro:52-01")
        }
        _ = try territoryCode.read(parts[1])
        return text
    }

    /// The code of a territory within its kind: it stands in addresses and links, unescaped.
    package static let territoryCode = TextRule { text throws(Flaw) in
        let isRight = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
        }
        guard isRight, (1...64).contains(text.utf8.count) else {
            throw .format("un code de lettres, chiffres, - . _", "a code of letters, digits, - . _")
        }
        return text
    }
}
