/// How complete a structure's record is: a hint to its editors about what they wrote. It says nothing of the structure,
/// and no list is ordered by it.
///
/// Every member that applies counts the same: a purely remote service needs no street, a confidential address shows
/// none.
package struct RecordCompleteness: Sendable, Equatable {
    /// 0 to 1, in hundredths, rounded down: 1 only where nothing is missing.
    package let share: Double
    /// Codes of ``Vocabulary/recordGap``, in its order.
    package let missing: [String]

    package init(of draft: StructureDraft) {
        let findings = Self.findings(in: draft)
        let held = findings.count { $0.isHeld }
        share = Double(held * 100 / findings.count) / 100
        missing = findings.filter { !$0.isHeld }.map(\.code)
    }

    private typealias Finding = (code: String, isHeld: Bool)

    private static func findings(in draft: StructureDraft) -> [Finding] {
        var findings: [Finding] = []
        if let address = draft.address, !address.isConfidential {
            findings += [
                ("siret", draft.siret != nil), ("street", address.street != nil && address.postalCode != nil),
                ("location", draft.location.map { $0.precision != "commune" } ?? false),
            ]
        }
        findings += [
            ("phone", draft.contact?.phone != nil), ("email", draft.contact?.email != nil),
            ("website", draft.contact?.website != nil),
        ]
        let isByAppointment = draft.services.contains { $0.modalities.contains { $0.access == "rendez-vous" } }
        if isByAppointment { findings.append(("booking_url", draft.contact?.bookingURL != nil)) }
        findings.append(("opening_hours", draft.openingHours != nil))
        if draft.address != nil { findings.append(("accessibility", !draft.accessibility.isEmpty)) }
        findings += [("languages", !draft.languages.isEmpty), ("services", !draft.services.isEmpty)]
        if !draft.services.isEmpty {
            findings += [
                ("audiences", draft.services.allSatisfy { !$0.audiences.isEmpty }),
                ("modalities", draft.services.allSatisfy { !$0.modalities.isEmpty }),
            ]
        }
        findings += [("staff", draft.staff?.qualified != nil), ("verified_on", draft.verifiedOn != nil)]
        return findings
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("share", share)
            json.member("missing", missing)
        }
    }
}
