import Schema

/// What records of several kinds say alike.
extension ObjectReader {
    func externalID() -> String? { required("external_id", .text(1...100)) }

    func audiences() -> [String]? {
        optional("audiences", .set(0...Vocabulary.audience.codes.count, of: .code(Vocabulary.audience.codes)))
    }

    /// On a scale from 1 to 5.
    func score(_ name: String) -> Int? { optional(name, .int(1...5)) }

    /// Reports every day that lies before the one before it.
    func judgeOrder(_ days: (name: String, day: CalendarDate?)...) {
        var latest: CalendarDate?
        for (name, day) in days {
            guard let day else { continue }
            if let latest, day < latest { report(.beforeTheDayBefore(latest), at: name) }
            latest = max(latest ?? day, day)
        }
    }
}

extension ValueRule where Value == CalendarDate {
    /// A day of what has happened: from 1990 to today.
    static func past(_ today: CalendarDate) -> ValueRule {
        .string(
            TextRule.date.map { day throws(Flaw) in
                guard day.year >= 1990 else { throw .outOfRange("1990-01-01", today.text) }
                guard day <= today else { throw .inTheFuture }
                return day
            })
    }

    /// Any day of the years that figures know.
    static var planned: ValueRule {
        .string(
            TextRule.date.map { day throws(Flaw) in
                guard (1990...2199).contains(day.year) else { throw .outOfRange("1990-01-01", "2199-12-31") }
                return day
            })
    }
}

extension ValueRule where Value == Int {
    static var year: ValueRule { .int(1990...2199) }
}

extension Flaw {
    static let inTheFuture = Flaw("in-the-future", fr: "Cette date est à venir.", en: "This date is still to come.")
    /// Of a member that has a meaning only beside another value of another member.
    static let outOfPlace = Flaw(
        "out-of-place", fr: "Ce champ n’a pas de sens avec le genre indiqué.",
        en: "This field has no meaning with the kind that is given.")

    fileprivate static func beforeTheDayBefore(_ day: CalendarDate) -> Flaw {
        Flaw(
            "wrong-order", fr: "Cette date ne peut pas précéder le \(day.text).",
            en: "This date cannot be before \(day.text).")
    }
}
