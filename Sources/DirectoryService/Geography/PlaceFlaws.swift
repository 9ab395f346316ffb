import Schema

/// What is wrong with a place that somebody names, spelt once.
extension Flaw {
    static let unknownCommune = Flaw(
        "unknown-commune", fr: "Cette commune n’existe pas.", en: "There is no such commune.")
    static let unknownDepartment = Flaw(
        "unknown-department", fr: "Ce département n’a pas de commune ici.",
        en: "This department has no communes here.")
    static let unknownRegion = Flaw(
        "unknown-region", fr: "Cette région n’a pas de commune ici.", en: "This region has no communes here.")
    static let unknownTerritory = Flaw(
        "unknown-territory", fr: "Ce territoire n’existe pas.", en: "There is no such territory.")

    static let swappedCoordinates = Flaw(
        "swapped-coordinates", fr: "La latitude vient d’abord : latitude,longitude.",
        en: "Latitude comes first: latitude,longitude.")

    /// Where many are named at once.
    static func unknownCommune(_ code: String) -> Flaw {
        let shown = code.prefix(10)
        return Flaw(
            unknownCommune.code, fr: "La commune \(shown) n’existe pas.", en: "There is no commune \(shown).")
    }
}

extension Geography {
    /// The code of a commune, of today or of the past, or of a municipal arrondissement.
    var communeOfAnyYear: TextRule<Whereabouts> {
        TextRule<String>.communeCode.map { code throws(Flaw) in
            guard let found = whereabouts(ofCode: code) else { throw .unknownCommune }
            return found
        }
    }

    /// A region that has communes: what every list's parameter `region` demands.
    var knownRegion: TextRule<String> {
        TextRule<String>.placeCode.map { [regions] code throws(Flaw) in
            guard regions.contains(code) else { throw .unknownRegion }
            return code
        }
    }
}
