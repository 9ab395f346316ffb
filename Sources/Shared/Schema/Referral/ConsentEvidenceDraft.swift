package import Foundation

/// What shows that a consent was given: of a signature the signed form, of a one-time code where it went and when it came
/// back, of an oral consent the witness's statement.
package struct ConsentEvidenceDraft: Sendable {
    /// SHA-256 of the document, or of the log of the code, in lower-case hexadecimal.
    package let digest: String
    /// Where it is kept.
    package let reference: String?
    /// By which channel a one-time code went: `telephone` or `courriel`; `follow-up` in the person's own session.
    package let channel: String?
    /// When the code came back.
    package let confirmedAt: Date?

    /// A code is confirmed while the person is there: what is recorded later than this is not one.
    package static let codeRecordedWithin = TimeInterval(24 * 3600)

    init?(_ object: ObjectReader, of method: String, now: Date) {
        reference = object.optional("id", .string(.personal(1...200)))
        let digest = object.required("sha256", .string(.sha256))
        channel = object.optional("channel", .code(["telephone", "courriel"]))
        confirmedAt = object.optional("confirmed_at", .string(.instant))
        for name in ["channel", "confirmed_at"] {
            if method == "one-time-code", !object.holds(name) { object.report(.required, at: name) }
            if method != "one-time-code", object.holds(name) { object.report(Self.noCode, at: name) }
        }
        if let confirmedAt {
            if confirmedAt > now.addingTimeInterval(300) { object.report(.notAfter(now), at: "confirmed_at") }
            let earliest = now.addingTimeInterval(-Self.codeRecordedWithin)
            if confirmedAt < earliest { object.report(.notBefore(earliest), at: "confirmed_at") }
        }
        guard let digest else { return nil }
        self.digest = digest
    }

    /// In a session of the person's own: the digest of what they sent there.
    package init(inSession reference: String, digest: String, at instant: Date) {
        (self.digest, self.reference, channel, confirmedAt) = (digest, reference, "follow-up", instant)
    }

    private static let noCode = Flaw(
        "not-a-code", fr: "Ne se donne qu’avec un code à usage unique.", en: "Goes with a one-time code only.")
}
