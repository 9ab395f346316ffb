extension TextRule where Value == String {
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
}
