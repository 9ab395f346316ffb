import Foundation

/// One person's word for a consent, with what shows it: the person's own, or their legal representative's.
package struct ConsentGrant: Sendable {
    /// A code of the vocabulary `consent_granter`.
    package let by: String
    /// By what right the legal representative speaks; nil where the person does.
    package let representation: String?
    package let method: String
    /// Who heard it, where it was given orally.
    package let witness: String?
    package let evidence: ConsentEvidenceDraft

    /// - Parameter agent: who asked for it, who is no witness of it.
    init?(_ object: ObjectReader, agent: String?, now: Date) {
        let granter = object.required("granted_by", .code(Vocabulary.consentGranter.codes))
        representation = object.optional("representation", .code(Vocabulary.legalRepresentation.codes))
        let isRepresented = granter == "legal-representative"
        if isRepresented, !object.holds("representation") { object.report(.required, at: "representation") }
        if granter == "self", object.holds("representation") {
            object.report(Self.notRepresented, at: "representation")
        }
        let method = object.required("method", .code(Vocabulary.consentMethod.codes))
        witness = object.optional("witness", .string(.personal(1...100)))
        if method == "oral-witnessed" {
            if !object.holds("witness") { object.report(.required, at: "witness") }
            if let witness, let agent, StaffName.isSame(witness, agent) {
                object.report(Self.sameWitness, at: "witness")
            }
        }
        let evidence = object.required(
            "evidence", .object { ConsentEvidenceDraft($0, of: method ?? "", now: now) })
        guard let granter, let method, let evidence else { return nil }
        (by, self.method, self.evidence) = (granter, method, evidence)
    }

    /// The other one's, beside this.
    init?(_ object: ObjectReader, beside first: String?, agent: String?, now: Date) {
        self.init(object, agent: agent, now: now)
        if by == first { object.report(Self.sameGranter, at: "granted_by") }
    }

    /// The person's own, in a session that they opened with their own secret.
    init(inSession evidence: ConsentEvidenceDraft) {
        (by, representation, method, witness) = ("self", nil, "one-time-code", nil)
        self.evidence = evidence
    }

    private static let notRepresented = Flaw(
        "not-represented", fr: "La personne donne cet accord elle-même.",
        en: "The person gives this consent themselves.")
    private static let sameWitness = Flaw(
        "same-person", fr: "Le témoin est quelqu’un d’autre que qui demande l’accord.",
        en: "The witness is somebody else than who asks for the consent.")
    private static let sameGranter = Flaw(
        "same-granter", fr: "Le second accord est celui de l’autre : la personne, ou son représentant légal.",
        en: "The second word is the other one’s: the person’s, or their legal representative’s.")
}
