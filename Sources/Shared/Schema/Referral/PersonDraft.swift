/// A person as the structure that receives them registers them. What could tell who it is stands in ``disclosures``,
/// which is stored encrypted and never shown beyond what the person agreed to.
package struct PersonDraft: Sendable {
    package let mode: String
    /// As the date of birth says, where there is one.
    package let ageBand: String?
    package let sex: String?
    package let education: String?
    package let situations: [String]
    /// INSEE code of a commune.
    package let residenceCommune: String?
    /// By data category (`alias`, `canal-relais`, `identite`, `contact`): the JSON value that a recipient may be shown.
    package let disclosures: [String: Redacted<[UInt8]>]

    /// Somebody else than whom the structure knows by that name and date of birth.
    package let isAnother: Bool

    package var isAnonymous: Bool { mode == "anonymous" }

    /// Refuses identity and contact of a person who stays anonymous, and an age that is not that of the date of birth.
    package init?(_ object: ObjectReader, today: CalendarDate) {
        let mode = object.required("mode", .code(Vocabulary.personMode.codes))
        let ageBand = object.optional("age_band", .code(Vocabulary.ageBand.codes))
        sex = object.optional("sex", .code(Vocabulary.sex.codes))
        education = object.optional("education", .code(Vocabulary.education.codes))
        situations = object.optional("situations", .set(0...10, of: .code(Vocabulary.situation.codes))) ?? []
        residenceCommune = object.optional("residence_commune", .string(.communeCode))
        isAnother = object.optional("another_person", .bool) ?? false
        var disclosures: [String: Redacted<[UInt8]>] = [:]
        if let alias = object.optional("alias", .string(.personal(1...60))) {
            disclosures["alias"] = Self.json { $0.value(alias) }
        }
        if let channel = object.optional("relay_channel", .object(RelayChannel.init)) {
            disclosures["canal-relais"] = Self.json(channel.write)
        }
        let identity = object.optional("identity", .object { PersonIdentity($0, today: today) })
        if let identity { disclosures["identite"] = Self.json(identity.write) }
        let bandOfBirth = identity?.birthDate.map { AgeBand.of(born: $0, on: today) }
        if let bandOfBirth, let ageBand, ageBand != bandOfBirth, ageBand != AgeBand.unknown {
            object.report(Self.otherAge(bandOfBirth), at: "age_band")
        }
        self.ageBand = bandOfBirth ?? ageBand
        if let contact = object.optional("contact", .object(PersonContact.init)) {
            disclosures["contact"] = Self.json(contact.write)
        }
        object.refuse(["id", "pseudonym"])
        if mode == "anonymous" {
            for name in ["identity", "contact"] where object.holds(name) { object.report(Self.anonymous, at: name) }
        }
        if mode == "identified", !object.holds("identity") { object.report(.required, at: "identity") }
        guard let mode else { return nil }
        self.mode = mode
        self.disclosures = disclosures
    }

    private static func json(_ write: (inout JSONWriter) -> Void) -> Redacted<[UInt8]> {
        var json = JSONWriter()
        write(&json)
        return Redacted(json.bytes)
    }

    private static func otherAge(_ band: String) -> Flaw {
        Flaw(
            "not-the-age", fr: "Ce n’est pas l’âge que donne la date de naissance (\(band)).",
            en: "This is not the age by the date of birth (\(band)).")
    }

    private static let anonymous = Flaw(
        "anonymous-person", fr: "D’une personne anonyme, ni identité ni coordonnées : un alias et un canal relais.",
        en: "Of an anonymous person neither identity nor contact: an alias and a relay channel.")
}

/// How an anonymous person can be reached without being known.
struct RelayChannel {
    let channel: String
    let value: String

    init?(_ object: ObjectReader) {
        let channel = object.required("channel", .code(["telephone", "courriel"]))
        let value = object.required(
            "value", channel == "telephone" ? .string(.personalTelephone) : .string(.personalEmail))
        guard let channel, let value else { return nil }
        (self.channel, self.value) = (channel, value)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("value", value)
        }
    }
}

struct PersonIdentity {
    let givenName: String
    let familyName: String
    let birthDate: CalendarDate?

    init?(_ object: ObjectReader, today: CalendarDate) {
        let givenName = object.required("given_name", .string(.personal(1...100)))
        let familyName = object.required("family_name", .string(.personal(1...100)))
        birthDate = object.optional("birth_date", .date)
        let births = AgeBand.births(on: today)
        if let birthDate, !births.contains(birthDate) {
            object.report(.outOfRange(births.lowerBound.text, births.upperBound.text), at: "birth_date")
        }
        guard let givenName, let familyName else { return nil }
        (self.givenName, self.familyName) = (givenName, familyName)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("given_name", givenName)
            json.member("family_name", familyName)
            json.member("birth_date", birthDate?.text)
        }
    }
}

struct PersonContact {
    let phone: String?
    let email: String?
    let address: String?

    init?(_ object: ObjectReader) {
        phone = object.optional("phone", .string(.personalTelephone))
        email = object.optional("email", .string(.personalEmail))
        address = object.optional("address", .string(.personal(1...300)))
        if !["phone", "email", "address"].contains(where: object.holds) { object.report(.required, at: "phone") }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("phone", phone)
            json.member("email", email)
            json.member("address", address)
        }
    }
}
