extension StructureDraft {
    /// What everybody may know where the address is confidential, else all of it.
    ///
    /// The SIRET goes, too: Insee publishes the address of every one (base Sirene).
    /// - Parameter centroid: of the commune; the location becomes this point, of precision `commune`.
    package func published(at centroid: Coordinate?) -> StructureDraft {
        guard let address, address.isConfidential else { return self }
        var draft = self
        draft.address = address.withheld()
        draft.siret = nil
        draft.location = location == nil ? nil : centroid.map { Location(coordinate: $0, precision: "commune") }
        return draft
    }

    /// The SIRET that no other structure may have, too. That of a confidential address is compared with none: a refusal
    /// would tell whoever tries the published SIRETs of an organisation at which of its sites it is.
    package var comparedSIRET: String? { address?.isConfidential == true ? nil : siret }

    /// The same draft with what is stored wherever it has only what is published of a confidential address: whoever lays
    /// some columns of a public table over it would lose the rest unawares. One that moves to another commune keeps
    /// nothing of where it was.
    package func keepingWithheld(of present: StructureDraft, at centroid: Coordinate?) -> StructureDraft {
        guard let address, address.isConfidential, let before = present.address, before.isConfidential,
            address.commune == before.commune
        else { return self }
        let published = present.published(at: centroid)
        var draft = self
        draft.address = address.completed(by: before)
        if siret == nil { draft.siret = present.siret }
        if location == published.location { draft.location = present.location }
        return draft
    }

    /// Whether this only repeats what is published of a structure whose address is confidential: whoever read that and
    /// writes it back would lose the rest unawares.
    package func repeatsPublication(of present: StructureDraft, at centroid: Coordinate?) -> Bool {
        let published = present.published(at: centroid)
        func isSame(_ other: StructureDraft) -> Bool {
            (address, siret, location) == (other.address, other.siret, other.location)
        }
        return isSame(published) && !isSame(present)
    }
}
