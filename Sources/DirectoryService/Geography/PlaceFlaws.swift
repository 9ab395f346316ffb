import Schema

/// What is wrong with a place that somebody names, spelt once.
extension Flaw {
    static let unknownCommune = Flaw(
        "unknown-commune", fr: "Cette commune n’existe pas.", en: "There is no such commune.")
    static let unknownDepartment = Flaw(
        "unknown-department",
        fr: "Ce département n’a pas de commune ici : /v1/territories?kind=departement les donne tous.",
        en: "This department has no communes here: /v1/territories?kind=departement has them all.")
    static let unknownRegion = Flaw(
        "unknown-region", fr: "Cette région n’a pas de commune ici : /v1/territories nomme celles qui en ont.",
        en: "This region has no communes here: /v1/territories names those that have.")
    static let unknownTerritory = Flaw(
        "unknown-territory", fr: "Ce territoire n’existe pas : /v1/territories les donne tous.",
        en: "There is no such territory: /v1/territories has them all.")

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

    /// A department that has communes.
    var knownDepartment: TextRule<String> {
        TextRule<String>.placeCode.map { [territories] code throws(Flaw) in
            guard territories["departement:\(code)"] != nil else { throw .unknownDepartment }
            return code
        }
    }

    /// The key of a territory that there is.
    var knownTerritory: TextRule<String> {
        TextRule<String>.territoryKey.map { [territories] key throws(Flaw) in
            guard territories[key] != nil else { throw .unknownTerritory }
            return key
        }
    }
}
