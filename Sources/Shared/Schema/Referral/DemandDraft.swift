package import Foundation

/// What a person comes for, with the reception at which they first said it.
package struct DemandDraft: Sendable {
    package let theme: String
    package let reception: ReceptionDraft

    package init?(_ object: ObjectReader, now: Date) {
        let theme = object.required("theme", .code(Vocabulary.theme.codes))
        let reception = object.required("reception", .object { ReceptionDraft($0, now: now) })
        object.refuse(["id", "state"])
        guard let theme, let reception else { return nil }
        (self.theme, self.reception) = (theme, reception)
    }
}

/// One time that a structure receives a person for a demand.
package struct ReceptionDraft: Sendable {
    package let channel: String
    package let access: String
    package let preferredChannel: String?
    package let urgency: String
    package let audiences: [String]
    /// When the person asked; nil where they walked in.
    package let requestedAt: Date?
    package let receivedAt: Date
    /// Receptions and requests older than this are not recorded: figures of years that were presented stand.
    package static let recordedWithin = TimeInterval(366 * 86_400)
    /// Whether the person is among those whom the structure is there for.
    package let inScope: Bool

    package init?(_ object: ObjectReader, now: Date) {
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        let access = object.required("access", .code(Vocabulary.access.codes))
        preferredChannel = object.optional("preferred_channel", .code(Vocabulary.channel.codes))
        let urgency = object.required("urgency", .code(Vocabulary.urgency.codes))
        audiences = object.optional("audiences", .set(0...9, of: .code(Vocabulary.audience.codes))) ?? []
        requestedAt = object.optional("requested_at", .string(.instant))
        let receivedAt = object.required("received_at", .string(.instant))
        inScope = object.optional("in_scope", .bool) ?? true
        if let receivedAt {
            // Clocks may differ by some minutes; nobody was received tomorrow.
            let latest = now.addingTimeInterval(300)
            let earliest = now.addingTimeInterval(-Self.recordedWithin)
            if receivedAt > latest { object.report(.notAfter(now), at: "received_at") }
            if receivedAt < earliest { object.report(.notBefore(earliest), at: "received_at") }
            if let requestedAt, requestedAt > receivedAt { object.report(.notAfter(receivedAt), at: "requested_at") }
            if let requestedAt, requestedAt < earliest { object.report(.notBefore(earliest), at: "requested_at") }
        }
        guard let channel, let access, let urgency, let receivedAt else { return nil }
        (self.channel, self.access, self.urgency, self.receivedAt) = (channel, access, urgency, receivedAt)
    }
}

/// How a demand ended, and what the indicators ask about it; nil: not said.
package struct DemandClosure: Sendable {
    package let outcome: String
    package let summaryGiven: Bool?
    package let charged: Bool?
    package let counsellingProposed: Bool?
    package let counsellingAccepted: Bool?
    package let appointmentRequested: Bool?

    package init?(_ object: ObjectReader) {
        let outcome = object.required("outcome", .code(Vocabulary.outcome.codes))
        summaryGiven = object.optional("summary_given", .bool)
        charged = object.optional("charged", .bool)
        counsellingProposed = object.optional("counselling_proposed", .bool)
        counsellingAccepted = object.optional("counselling_accepted", .bool)
        appointmentRequested = object.optional("appointment_requested", .bool)
        guard let outcome else { return nil }
        self.outcome = outcome
    }

    /// Of a demand that nobody came back to.
    package static let abandoned = DemandClosure(outcome: "abandonnee")

    private init(outcome: String) {
        self.outcome = outcome
        (summaryGiven, charged, counsellingProposed, counsellingAccepted, appointmentRequested) =
            (nil, nil, nil, nil, nil)
    }
}

extension Flaw {
    package static func notAfter(_ instant: Date) -> Flaw {
        let limit = RFC3339.format(instant)
        return Flaw("out-of-range", fr: "Au plus tard \(limit).", en: "No later than \(limit).")
    }

    package static func notBefore(_ instant: Date) -> Flaw {
        let limit = RFC3339.format(instant)
        return Flaw("out-of-range", fr: "Pas avant \(limit).", en: "Not before \(limit).")
    }
}
