/// Where a structure receives people. Absent for a purely remote service.
package struct Address: Sendable, Equatable {
    package internal(set) var street: String?
    package internal(set) var postalCode: String?
    /// INSEE code of the commune.
    package internal(set) var commune: String
    /// Whether all but the commune is for the structure's editors alone (a refuge, say).
    package let isConfidential: Bool

    init?(_ object: ObjectReader, origin: StructureDraft.Origin) {
        street = object.optional("street", .text(1...200))
        postalCode = object.optional("postal_code", .string(.postalCode))
        let commune = object.required("commune", .string(.communeCode))
        isConfidential = object.optional("confidential", .bool) ?? false
        let derived = ["commune_name", "department", "region"]
        if origin == .importer { object.passOver(derived) } else { object.refuse(derived) }
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

    /// With what another has where this one has nothing.
    func completed(by other: Address) -> Address {
        var address = self
        address.street = street ?? other.street
        address.postalCode = postalCode ?? other.postalCode
        return address
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
}
