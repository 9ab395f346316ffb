import Foundation
import Schema

/// Whether a structure takes referrals for a service.
extension StructureFacts.Offering {
    /// What speaks against a referral, by the members of the request that say so; nothing: it may be made.
    func violations(referringFor kind: String, service: UUID?) -> [Violation] {
        guard status != "point-de-contact" else { return [Violation(Self.noReferrals, at: "/recipient_structure_id")] }
        var violations: [Violation] = []
        if !kinds.values.contains(kind) { violations.append(Violation(Self.otherKinds, at: "/service_kind")) }
        if let service, kinds[service] != kind {
            violations.append(
                Violation(kinds[service] == nil ? Self.unknownService : Self.otherService, at: "/service_id"))
        }
        return violations
    }

    private static let noReferrals = Flaw(
        "takes-no-referrals", fr: "Un point de contact ne reçoit pas d’orientation.",
        en: "A contact point takes no referrals.")
    private static let otherKinds = Flaw(
        "not-offered", fr: "Cette structure n’offre pas de service de ce type.",
        en: "This structure offers no service of this kind.")
    private static let unknownService = Flaw(
        "unknown", fr: "Cette structure n’offre pas ce service.", en: "This structure offers no such service.")
    private static let otherService = Flaw(
        "other-kind", fr: "Ce service est d’un autre type.", en: "This service is of another kind.")
}
