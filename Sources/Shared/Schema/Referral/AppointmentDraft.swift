package import Foundation

/// When and how a person and the recipient of their referral meet.
package struct AppointmentDraft: Sendable, Equatable {
    package let startsAt: Date
    package let minutes: Int
    /// A code of the vocabulary `channel`.
    package let channel: String

    /// Nobody makes an appointment beyond this.
    package static let madeWithin = TimeInterval(366 * 86_400)

    package init?(_ object: ObjectReader, now: Date) {
        let startsAt = object.required("starts_at", .string(.instant))
        if let startsAt {
            let latest = now.addingTimeInterval(Self.madeWithin)
            if startsAt <= now { object.report(.notBefore(now), at: "starts_at") }
            if startsAt > latest { object.report(.notAfter(latest), at: "starts_at") }
        }
        let minutes = object.optional("duration_minutes", .int(5...600)) ?? 60
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        object.refuse(["id", "attendance"])
        guard let startsAt, let channel else { return nil }
        (self.startsAt, self.minutes, self.channel) = (startsAt, minutes, channel)
    }
}
