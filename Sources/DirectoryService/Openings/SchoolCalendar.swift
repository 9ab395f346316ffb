import Schema

/// The school holidays of the zones, as far as the ministry has published them and this table holds them.
///
/// 2025-2026: arrêté du 7 décembre 2022 (Journal officiel of 8 December 2022). 2026-2027: arrêté du 22 octobre 2025
/// (JORFTEXT000052416058). Both are also the data set `fr-en-calendrier-scolaire` of data.education.gouv.fr. Pupils
/// leave after class and come back in the morning: a period here goes from its first Saturday to the eve of the return.
/// The two days after Ascension Day on which classes are off count, as in the data set; to go on, add the next year's
/// table before its September (CONTRIBUTING.md).
enum SchoolCalendar {
    /// Whether the day (since 1970) lies in the zone's school holidays; nil outside the years that are known.
    static func isHoliday(_ day: Int, in zone: SchoolZone) -> Bool? {
        guard known.contains(day) else { return nil }
        return (periods[zone] ?? []).contains { $0.contains(day) }
    }

    /// «L'année scolaire s'étend du jour de la rentrée des élèves au jour précédant la rentrée suivante.»
    static let known = span("2025-09-01", "2027-08-31")

    private static let everywhere = [
        span("2025-10-18", "2025-11-02"), span("2025-12-20", "2026-01-04"), span("2026-05-15", "2026-05-16"),
        span("2026-07-04", "2026-08-31"), span("2026-10-17", "2026-11-01"), span("2026-12-19", "2027-01-03"),
        span("2027-05-07", "2027-05-08"), span("2027-07-03", "2027-08-31"),
    ]

    private static let periods: [SchoolZone: [ClosedRange<Int>]] = [
        .a: everywhere + [
            span("2026-02-07", "2026-02-22"), span("2026-04-04", "2026-04-19"), span("2027-02-13", "2027-02-28"),
            span("2027-04-10", "2027-04-25"),
        ],
        .b: everywhere + [
            span("2026-02-14", "2026-03-01"), span("2026-04-11", "2026-04-26"), span("2027-02-20", "2027-03-07"),
            span("2027-04-17", "2027-05-02"),
        ],
        .c: everywhere + [
            span("2026-02-21", "2026-03-08"), span("2026-04-18", "2026-05-03"), span("2027-02-06", "2027-02-21"),
            span("2027-04-03", "2027-04-18"),
        ],
    ]

    private static func span(_ from: String, _ to: String) -> ClosedRange<Int> {
        guard let first = CalendarDate(text: from), let last = CalendarDate(text: to) else {
            preconditionFailure("a date of the school calendar is misspelt")
        }
        return first.daysSinceEpoch...last.daysSinceEpoch
    }
}
