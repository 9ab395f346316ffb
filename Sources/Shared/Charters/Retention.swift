import Schema

/// How long the broker keeps what it knows of persons: the charter's delays where it sets them, the product's elsewhere.
package struct Retention: Sendable, Equatable {
    /// Months after a referral's end for which contents (narrative, messages, attachments' references) are kept.
    package let contentsMonths: Int
    /// Months after the last demand's or referral's end for which anybody can still tell who it was; aggregates stay.
    package let identityMonths: Int
    /// The passages of the delays that the charter sets, by key.
    package let quotes: [String: String]

    /// What holds where a charter sets nothing.
    package static let productDefault = Retention()

    private init() {
        (contentsMonths, identityMonths) = (6, 24)
        quotes = [:]
    }

    init?(_ object: ObjectReader) {
        let names = ["contents_months", "identity_months"]
        let rules = QuotedRules(object, names: names)
        let contents = rules.read(names[0], .int(1...120))
        let identity = rules.read(names[1], .int(1...120))
        contentsMonths = contents?.value ?? Self.productDefault.contentsMonths
        identityMonths = identity?.value ?? Self.productDefault.identityMonths
        quotes = [names[0]: contents?.quote, names[1]: identity?.quote].compactMapValues(\.self)
        // Nothing of a person outlives the person's own record.
        if contentsMonths > identityMonths {
            object.report(.outOfRange("1", "\(identityMonths)"), at: names[0])
        }
    }
}
