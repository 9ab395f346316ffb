package import Foundation

/// What a person agreed to, to whom, for what and until when, with the evidence of it. Fields after ISO/IEC TS 27560.
package struct ConsentDraft: Sendable {
    package let grant: ConsentGrant
    /// The other one's word beside it: of a minor and of their legal representative both may be needed.
    package let coGrant: ConsentGrant?
    /// Who asked, as the structure's own system calls them; not a name.
    package let agent: String
    package let terms: ConsentTerms

    package init?(_ object: ObjectReader, now: Date) {
        let agent = object.required("agent", .string(.personal(1...100)))
        let grant = ConsentGrant(object, agent: agent, now: now)
        coGrant = object.optional(
            "co_grant", .object { ConsentGrant($0, beside: grant?.by, agent: agent, now: now) })
        let terms = ConsentTerms(object, now: now)
        object.refuse(["id", "version", "state", "evidence_hash"])
        guard let grant, let agent, let terms else { return nil }
        (self.grant, self.agent, self.terms) = (grant, agent, terms)
    }

    /// What the person grants themselves, in a session that they opened with their own secret.
    package init(byPerson terms: ConsentTerms, evidence: ConsentEvidenceDraft) {
        (grant, coGrant, agent) = (ConsentGrant(inSession: evidence), nil, "follow-up")
        self.terms = terms
    }

    /// Codes of the vocabulary `consent_granter`.
    package var granters: Set<String> { Set([grant.by, coGrant?.by].compactMap(\.self)) }
}

/// On which notice, for what, to whom, with which data and how long.
package struct ConsentTerms: Sendable {
    package let noticeID: String
    /// SHA-256 of the notice that the person was given, in lower-case hexadecimal.
    package let noticeDigest: String
    /// RFC 5646 language in which they were told.
    package let language: String
    package let purposes: [String]
    /// Structures, each by its id: never a network or a kind.
    package let recipients: [UUID]
    package let dataCategories: [String]
    /// Explicit consent to health data (GDPR art. 9 §2 a).
    package let explicitArticle9: Bool
    /// nil: from when it is recorded, by the clock that will judge it.
    package let validFrom: Date?
    package let validUntil: Date
    package let singleUse: Bool

    /// The longest that a consent holds, from when it is recorded: whoever means to go on asks again.
    package static let longestValidityInMonths = 6

    package init?(_ object: ObjectReader, now: Date) {
        let notice = object.required("notice", .object(Digested.init))
        let language = object.required("language", .string(.language))
        let purposes = object.required("purposes", .set(1...4, of: .code(Vocabulary.purpose.codes)))
        let recipients = object.required("recipients", .set(1...20, of: .string(.uuid)))
        let categories = object.required("data_categories", .set(1...10, of: .code(Vocabulary.dataCategory.codes)))
        explicitArticle9 = object.optional("explicit_art9", .bool) ?? false
        if categories?.contains("sante") == true, !explicitArticle9 {
            object.report(Self.article9, at: "explicit_art9")
        }
        validFrom = object.optional("valid_from", .string(.instant))
        let validUntil = object.required("valid_until", .string(.instant))
        singleUse = object.optional("single_use", .bool) ?? false
        if let validUntil {
            let earliest = max(validFrom ?? now, now)
            let latest = Self.latestEnd(ofConsentFrom: min(validFrom ?? now, now))
            if validUntil <= earliest { object.report(.notBefore(earliest), at: "valid_until") }
            if validUntil > latest { object.report(.notAfter(latest), at: "valid_until") }
        }
        guard let notice, let language, let purposes, let recipients, let categories, let validUntil else {
            return nil
        }
        self.language = language
        (noticeID, noticeDigest) = (notice.name, notice.digest)
        (self.purposes, self.recipients, dataCategories) = (purposes, recipients, categories)
        self.validUntil = validUntil
    }

    /// Six calendar months later, as UTC counts them.
    package static func latestEnd(ofConsentFrom start: Date) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(byAdding: .month, value: longestValidityInMonths, to: start) ?? start
    }

    private static let article9 = Flaw(
        "explicit-consent-required", fr: "Les données de santé demandent un accord explicite (RGPD, art. 9).",
        en: "Health data needs explicit consent (GDPR, art. 9).")
}

/// A document by its name (`id`) and digest.
private struct Digested {
    let name: String
    let digest: String

    init?(_ object: ObjectReader) {
        let name = object.required("id", .string(.personal(1...200)))
        let digest = object.required("sha256", .string(.sha256))
        guard let name, let digest else { return nil }
        (self.name, self.digest) = (name, digest)
    }
}

extension ValueRule where Value == ConsentDraft {
    /// A consent within another request. A bare `true` gets a sentence of its own.
    package static func consent(now: Date) -> ValueRule {
        ValueRule { value, place in
            guard value.bool == nil else {
                place.report(
                    Flaw(
                        "evidence-required",
                        fr: "Un accord se prouve : qui, comment, sur quelle notice, pour quoi, à qui, jusqu’à quand.",
                        en: "Consent needs evidence: who, how, on which notice, for what, to whom, until when."))
                return nil
            }
            return ValueRule.object { ConsentDraft($0, now: now) }.read(value, place)
        }
    }
}

extension TextRule where Value == String {
    package static let sha256 = TextRule { text throws(Flaw) in
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw .format("64 chiffres hexadécimaux en minuscules", "64 lower-case hexadecimal digits") }
        return text
    }
}
