/// Where a structure receives people. Absent for a purely remote service.
package struct Address: Sendable, Equatable {
    package private(set) var street: String?
    package private(set) var postalCode: String?
    /// INSEE code of the commune.
    package private(set) var commune: String
    /// Whether all but the commune is for the structure's editors alone (a refuge, say).
    package let isConfidential: Bool

    init?(_ object: ObjectReader) {
        street = object.optional("street", .text(1...200))
        postalCode = object.optional("postal_code", .string(.postalCode))
        let commune = object.required("commune", .string(.communeCode))
        isConfidential = object.optional("confidential", .bool) ?? false
        object.refuse(["commune_name", "department", "region"])
        guard let commune else { return nil }
        self.commune = commune
    }

    func namingCommune(_ current: (String) -> String) -> Address {
        var address = self
        address.commune = current(commune)
        return address
    }

    /// The commune alone: a postal code would tell a part of it.
    func withheld() -> Address {
        var address = self
        (address.street, address.postalCode) = (nil, nil)
        return address
    }
}

/// A point and how precisely it is known.
package struct Location: Sendable, Equatable {
    package let coordinate: Coordinate
    /// `site`, `rue` or `commune`.
    package let precision: String

    package init(coordinate: Coordinate, precision: String) {
        self.coordinate = coordinate
        self.precision = precision
    }

    init?(_ object: ObjectReader) {
        let latitude = object.required("latitude", .number(-90...90))
        let longitude = object.required("longitude", .number(-180...180))
        let precision = object.required("precision", .code(Vocabulary.locationPrecision.codes))
        guard let latitude, let longitude, let precision,
            let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        else { return nil }
        self.init(coordinate: coordinate, precision: precision)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("latitude", coordinate.latitude)
            json.member("longitude", coordinate.longitude)
            json.member("precision", precision)
        }
    }
}

/// How the public reaches a structure.
package struct Contact: Sendable, Equatable {
    package let phone: String?
    package let email: String?
    package let website: String?
    package let bookingURL: String?

    init?(_ object: ObjectReader) {
        phone = object.optional("phone", .string(.telephone))
        email = object.optional("email", .string(.email))
        website = object.optional("website", .string(.webAddress))
        bookingURL = object.optional("booking_url", .string(.webAddress))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("phone", phone)
            json.member("email", email)
            json.member("website", website)
            json.member("booking_url", bookingURL)
        }
    }
}

/// How many professionals the structure declares, and how many of them are qualified for guidance.
package struct Staff: Sendable, Equatable {
    package let declared: Int
    package let qualified: Int?

    init?(_ object: ObjectReader) {
        let declared = object.required("declared", .int(0...100_000))
        qualified = object.optional("qualified", .int(0...100_000))
        guard let declared else { return nil }
        self.declared = declared
        if let qualified, qualified > declared { object.report(.outOfRange("0", "\(declared)"), at: "qualified") }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("declared", declared)
            json.member("qualified", qualified)
        }
    }
}

/// The label that a region's procedure granted or not; only that procedure, or an import, changes it.
package struct Label: Sendable, Equatable {
    package let state: String
    /// The charter under which it was decided, as `28@1.0.0`.
    package let charter: String?
    package let decidedOn: CalendarDate?

    init?(_ object: ObjectReader) {
        let state = object.required("state", .code(Vocabulary.labelState.codes))
        charter = object.optional("charter", .text(1...64))
        decidedOn = object.optional("decided_on", .date)
        guard let state else { return nil }
        self.state = state
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state)
            json.member("charter", charter)
            json.member("decided_on", decidedOn?.text)
        }
    }
}

extension TextRule where Value == String {
    /// Five digits, as La Poste has them.
    package static let postalCode = TextRule { text throws(Flaw) in
        guard text.utf8.count == 5, decimal(Array(text.utf8)) != nil else {
            throw .format("cinq chiffres", "five digits")
        }
        return text
    }

    /// A SIRET: fourteen digits with a right Luhn key, or one of La Poste's (SIREN 356000000), whose digits sum to a
    /// multiple of five instead (INSEE).
    package static let siret = TextRule { text throws(Flaw) in
        let digits = text.utf8.compactMap { decimal([$0]) }
        // Its first nine digits are the SIREN, of which there is none of zeros, right as its key would be.
        guard digits.count == 14, text.utf8.count == 14, digits.prefix(9).contains(where: { $0 != 0 }) else {
            throw .format("14 chiffres", "14 digits")
        }
        let luhn = digits.reversed().enumerated().reduce(0) { sum, item in
            let doubled = item.element * (item.offset % 2 == 0 ? 1 : 2)
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        let isPostOffice = text.hasPrefix("356000000") && digits.reduce(0, +) % 5 == 0
        guard luhn % 10 == 0 || isPostOffice else {
            throw Flaw(
                "wrong-check-digit", fr: "La clé de ce Siret est fausse.", en: "This SIRET’s check digit is wrong.")
        }
        return text
    }

    /// An ISO 639-1 language code.
    package static let language = TextRule { text throws(Flaw) in
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            throw .format("un code de langue ISO 639-1", "an ISO 639-1 language code")
        }
        return text
    }
}
