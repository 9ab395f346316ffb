package import Foundation

/// A call that a region opens, as it writes it: who may answer until when. What is asked, and which steps follow, is the
/// region's charter's.
package struct CallDraft: Sendable, Equatable {
    /// INSEE code of the region whose call it is.
    package let region: String
    /// A code of `call_kind`.
    package let kind: String
    package let title: String
    package let description: String?
    package let url: String?
    /// Keys (`kind:code`) of the territories that each answer on their own; where there is none, the whole region is one.
    package let territories: [String]
    /// Wall clocks of the call's time zone: `2020-06-01T09:00`.
    package let opens: String
    package let closes: String
    /// The structure to which the examination is delegated.
    package let examinerID: UUID?
    /// The day before which no decision is public; nil: each decision is public at once.
    package let resultsOn: CalendarDate?
    package let isPublished: Bool

    /// The members of answers that only the service writes.
    package static let readOnlyMembers = [
        "id", "version", "updated_at", "charter", "time_zone", "opens_at", "closes_at", "status", "criteria",
        "procedure",
        "steps", "published_at", "results_published_at", "next_steps", "quote", "decision_body",
    ]

    package init?(_ object: ObjectReader) {
        let region = object.required("region", .string(.placeCode))
        let kind = object.required("kind", .code(Vocabulary.callKind.codes))
        let title = object.required("title", .text(1...200))
        description = object.optional("description", .lines(1...4000))
        url = object.optional("url", .string(.webAddress))
        territories = object.optional("territories", .set(0...200, of: .string(.territoryKey))) ?? []
        let opens = object.required("opens", .string(.wallClock))
        let closes = object.required("closes", .string(.wallClock))
        examinerID = object.optional("examiner_id", .string(.uuid))
        resultsOn = object.optional("results_on", .date)
        isPublished = object.optional("published", .bool) ?? false
        // The texts of one form stand in the order of the clock.
        if let opens, let closes, closes <= opens { object.report(.notAfterOpening, at: "closes") }
        guard let region, let kind, let title, let opens, let closes else { return nil }
        (self.region, self.kind, self.title, self.opens, self.closes) = (region, kind, title, opens, closes)
    }

    /// The members, between the braces of an object, as `init` reads them back.
    package func write(to json: inout JSONWriter) {
        json.member("region", region)
        json.member("kind", kind)
        json.member("title", title)
        json.member("description", description)
        json.member("url", url)
        json.member("territories", territories)
        json.member("opens", opens)
        json.member("closes", closes)
        json.member("examiner_id", examinerID?.text)
        json.member("results_on", resultsOn?.text)
        json.member("published", isPublished)
    }

    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { write(to: &$0) }
        return json.bytes
    }
}

extension TextRule where Value == String {
    /// What a clock on the wall shows on a day: `2020-07-31T16:00`.
    package static let wallClock = TextRule { text throws(Flaw) in
        guard text.utf8.count == 16, RFC3339.parse("\(text):00Z") != nil else {
            throw .format("AAAA-MM-JJThh:mm, à l’heure locale", "YYYY-MM-DDThh:mm, local time")
        }
        return text
    }
}

extension Flaw {
    fileprivate static let notAfterOpening = Flaw(
        "closes-before-opening", fr: "La clôture suit l’ouverture.", en: "Closing comes after opening.")
}
