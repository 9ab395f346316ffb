/// When something is open, as OpenStreetMap's `opening_hours` writes it: the part of its grammar (specification 0.7.4,
/// https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification) that France uses. The rest is refused by the
/// parser, never guessed.
///
/// «Each rule specifies a set of dates, a set of weekdays, and a set of hours that apply to those weekdays in the given
/// date set. If a date set is not given, then the rule applies to all dates; if a weekday set is not given, then the
/// rule applies to all weekdays.»
package struct OpeningHours: Sendable, Hashable {
    /// In the order of the text; 1 to ``maximumRules``.
    package let rules: [Rule]

    package static let maximumRules = 60
    /// In characters, as long as the text of any structure's hours may be.
    package static let maximumLength = 500

    init(rules: [Rule]) { self.rules = rules }

    package struct Rule: Sendable, Hashable {
        /// What stands before the rule; the first is `normal`.
        package let separator: Separator
        package let days: DaySelector
        /// Empty: the whole day.
        package let spans: [TimeSpan]
        package let state: State
        /// What a person should know (`"sur rendez-vous"`), without its quotes.
        package let comment: String?
    }

    /// How a rule joins those before it.
    package enum Separator: Sendable, Hashable {
        /// `;`: on the days that the rule matches «the earlier rule is overridden», for the whole day. A rule that
        /// closes only takes away its own hours (`Mo-Fr 10:00-20:00; 12:00-14:00 off`).
        case normal
        /// `, `: adds to the rules before it.
        case additional
        /// ` || `: holds where those before it say neither open nor unknown.
        case fallback
    }

    package enum State: String, Sendable, Hashable {
        /// `open`, or no word at all.
        case open
        /// `off` or `closed`.
        case closed
        /// `unknown`, or a comment alone: someone must be asked.
        case unknown
    }
}

/// Hours of one day, in minutes since its midnight; `to` beyond 1,440 belongs to the next day.
package struct TimeSpan: Sendable, Hashable {
    /// 0 to 1,439.
    package let from: Int
    /// After `from`, by at most a day.
    package let to: Int

    package static let minutesOfDay = 1440

    init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}
