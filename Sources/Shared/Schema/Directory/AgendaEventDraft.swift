package import Foundation

/// An event of the agenda: an information session, a fair, an open day.
package struct AgendaEventDraft: ListingDraft {
    package static let list = "agenda"

    package let title: String
    package let kind: String
    package let description: String?
    /// Whole seconds.
    package let startsAt: Date
    /// Later than the start by a year at most.
    package let endsAt: Date
    package let place: EventPlace?
    package let onlineURL: String?
    /// The structure that organises it; nil where the region does.
    package let organiserID: UUID?
    package let reach: ListingReach
    package let registration: EventRegistration?
    /// How many people can take part.
    package let capacity: Int?
    /// It was announced, and does not take place.
    package let isCancelled: Bool
    package let source: String?

    /// A code of `event_modality`.
    package var modality: String { place == nil ? "a-distance" : onlineURL == nil ? "presentiel" : "hybride" }

    package init(_ object: ObjectReader) {
        title = object.required("title", .text(1...200)) ?? ""
        kind = object.required("kind", .code(Vocabulary.eventKind.codes)) ?? ""
        description = object.optional("description", .lines(1...4000))
        let startsAt = object.required("starts_at", .wholeSecond)
        let endsAt = object.required("ends_at", .wholeSecond)
        place = object.optional("place", .object(EventPlace.init))
        onlineURL = object.optional("online_url", .string(.webAddress))
        organiserID = object.optional("organiser_id", .string(.uuid))
        reach = ListingReach(object)
        registration = object.optional("registration", .object(EventRegistration.init))
        capacity = object.optional("capacity", .int(1...1_000_000))
        isCancelled = object.optional("cancelled", .bool) ?? false
        source = object.optional("source", .text(1...200))
        if let startsAt, let endsAt {
            if endsAt <= startsAt { object.report(Self.endsBeforeItStarts, at: "ends_at") }
            if endsAt.timeIntervalSince(startsAt) > 366 * 86_400 { object.report(Self.tooLong, at: "ends_at") }
        }
        if !object.holds("place"), !object.holds("online_url") { object.report(Self.nowhere, at: "place") }
        self.startsAt = startsAt ?? .distantPast
        self.endsAt = endsAt ?? .distantPast
    }

    package func write(to json: inout JSONWriter) { write(to: &json) { $1.write(to: &$0) } }

    /// - Parameter writePlace: an answer shows more of a place than what is stored.
    package func write(to json: inout JSONWriter, _ writePlace: (inout JSONWriter, EventPlace) -> Void) {
        json.member("title", title)
        json.member("kind", kind)
        json.member("description", description)
        json.member("starts_at", RFC3339.format(startsAt))
        json.member("ends_at", RFC3339.format(endsAt))
        json.member("place") { $0.optional(place, writePlace) }
        json.member("online_url", onlineURL)
        json.member("organiser_id", organiserID?.text)
        reach.write(to: &json)
        json.member("registration") { $0.optional(registration) { $1.write(to: &$0) } }
        json.member("capacity", capacity)
        json.member("cancelled", isCancelled)
        json.member("source", source)
    }

    private static let endsBeforeItStarts = Flaw(
        "ends-before-start", fr: "La fin doit suivre le début.", en: "The end must come after the start.")
    private static let tooLong = Flaw(
        "too-long", fr: "Un événement dure un an au plus.", en: "An event lasts a year at most.")
    private static let nowhere = Flaw(
        "no-place", fr: "Il faut un lieu (place) ou une adresse en ligne (online_url), ou les deux.",
        en: "A place or an online address (online_url) is needed, or both.")
}

/// Where an event takes place.
package struct EventPlace: Sendable, Equatable {
    /// Of the hall or house.
    package let name: String?
    package let street: String?
    package let postalCode: String?
    /// INSEE code.
    package let commune: String

    /// The members of answers that come from the reference data.
    package static let derivedMembers = ["commune_name", "department"]

    init?(_ object: ObjectReader) {
        name = object.optional("name", .text(1...200))
        street = object.optional("street", .text(1...200))
        postalCode = object.optional("postal_code", .string(.postalCode))
        let commune = object.required("commune", .string(.communeCode))
        object.refuse(Self.derivedMembers)
        guard let commune else { return nil }
        self.commune = commune
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            writeAddress(to: &json)
            json.member("commune", commune)
        }
    }

    /// The members but the commune.
    package func writeAddress(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("street", street)
        json.member("postal_code", postalCode)
    }
}

/// How to register for an event.
package struct EventRegistration: Sendable, Equatable {
    package let isRequired: Bool
    package let url: String?
    package let phone: String?

    init?(_ object: ObjectReader) {
        let isRequired = object.required("required", .bool)
        url = object.optional("url", .string(.webAddress))
        phone = object.optional("phone", .string(.telephone))
        guard let isRequired else { return nil }
        self.isRequired = isRequired
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("required", isRequired)
            json.member("url", url)
            json.member("phone", phone)
        }
    }
}

extension ValueRule where Value == Date {
    /// An instant, down to its second: calendars have no fractions of one.
    static var wholeSecond: ValueRule {
        .string(TextRule<Date>.instant.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) })
    }
}
