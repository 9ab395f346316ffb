import Schema

/// The public holidays of metropolitan France: the eleven of article L. 3133-1 of the *Code du travail*, and in
/// Moselle, Bas-Rhin and Haut-Rhin the two more of article L. 3134-13.
///
/// Good Friday is a holiday there only where a commune has a Protestant church or one of both confessions; who is not
/// closed on it says so (`Apr 03 09:00-12:00`). The overseas departments' own days are not known here.
enum PublicHolidays {
    /// Days since 1970, of one year.
    static func days(of year: Int, inAlsaceMoselle: Bool) -> Set<Int> {
        guard let easter = easter(of: year) else { return [] }
        let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
        var days = Set(fixed.compactMap { CalendarDate(year: year, month: $0.0, day: $0.1)?.daysSinceEpoch })
        // Easter Monday, Ascension Day, Whit Monday.
        days.formUnion([easter + 1, easter + 39, easter + 50])
        if inAlsaceMoselle, let second = CalendarDate(year: year, month: 12, day: 26) {
            days.formUnion([easter - 2, second.daysSinceEpoch])
        }
        return days
    }

    /// Easter Sunday in the Gregorian calendar (days since 1970), by the anonymous algorithm that *Nature* published
    /// on 20 April 1876, in the letters of J. Meeus, *Astronomical Algorithms*, chapter 8. Nil before 1583.
    static func easter(of year: Int) -> Int? {
        guard year >= 1583 else { return nil }
        let a = year % 19
        let (b, c) = year.quotientAndRemainder(dividingBy: 100)
        let (d, e) = b.quotientAndRemainder(dividingBy: 4)
        let f = (b + 8) / 25
        let g = (b - f + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = c.quotientAndRemainder(dividingBy: 4)
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let (month, day) = (h + l - 7 * m + 114).quotientAndRemainder(dividingBy: 31)
        return CalendarDate(year: year, month: month, day: day + 1)?.daysSinceEpoch
    }
}
