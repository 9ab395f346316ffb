import Schema

/// What somebody said before a witness, for those who do not answer on their own side.
struct WitnessedWord: Sendable {
    /// Who asked them, as the structure's own system calls them; not a name.
    let agent: String
    /// Who heard it.
    let witness: String

    init(agent: String, witness: String) { (self.agent, self.witness) = (agent, witness) }

    init?(_ object: ObjectReader) {
        let witness = object.required("witness", .string(.personal(1...100)))
        let agent = object.required("agent", .string(.personal(1...100)))
        if let witness, let agent, StaffName.isSame(witness, agent) { object.report(Self.samePerson, at: "witness") }
        guard let agent, let witness else { return nil }
        (self.agent, self.witness) = (agent, witness)
    }

    private static let samePerson = Flaw(
        "same-person", fr: "Le témoin est quelqu’un d’autre que l’agent.",
        en: "The witness is somebody else than the agent.")
}
