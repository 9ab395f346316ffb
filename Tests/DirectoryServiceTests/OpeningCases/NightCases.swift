/// Hours that go on past midnight. What they leave to the next day belongs to that day, as opening_hours.js and
/// opening-hours-rs have it: a rule that matches the next day overrides it, one that matches their own does not.
extension OpeningCase {
    static let nights = [
        OpeningCase("Fr 22:00-04:00", "2026-11-20 21:59=c 22:00=o 23:59=o; 2026-11-21 00:00=o 03:59=o 04:00=c 22:00=c"),
        OpeningCase("Fr,Sa 22:00-26:00", "2026-11-21 01:59=o 02:00=c 22:00=o; 2026-11-22 01:59=o 02:00=c"),
        OpeningCase("Su 20:00-06:00", "2026-11-22 20:00=o; 2026-11-23 05:59=o 06:00=c"),
        // `;` overrides Saturday from midnight on, what Friday left there included; `,` adds.
        OpeningCase("Fr 22:00-04:00; Sa 21:00-04:00", "2026-11-21 01:00=c 21:00=o; 2026-11-22 03:59=o"),
        OpeningCase("Fr 22:00-04:00, Sa 21:00-04:00", "2026-11-21 01:00=o 04:00=c 21:00=o; 2026-11-22 03:59=o"),
        OpeningCase("Mo-Su 22:00-04:00", "2026-11-17 03:59=o 04:00=c 22:00=o"),
        OpeningCase("Fr 22:00-04:00; Sa off", "2026-11-20 23:00=o; 2026-11-21 01:00=c"),
        OpeningCase("Fr 10:00-34:00", "2026-11-20 10:00=o; 2026-11-21 09:59=o 10:00=c"),
        OpeningCase("24/7; Mo 22:00-02:00 off", "2026-11-16 21:59=o 22:00=c; 2026-11-17 01:59=c 02:00=o"),
        OpeningCase(
            "Mo-Fr 20:00-08:00",
            "2026-11-16 07:59=c 20:00=o; 2026-11-17 07:59=o 08:00=c; 2026-11-21 07:59=o 08:00=c 20:00=c"),
        OpeningCase("Sa 20:00-24:00; Su 00:00-04:00", "2026-11-21 23:59=o; 2026-11-22 00:00=o 03:59=o 04:00=c"),
        OpeningCase(
            "Th-Sa 18:00-25:30", "2026-11-19 17:59=c 18:00=o; 2026-11-20 01:29=o 01:30=c; 2026-11-22 01:29=o 18:00=c"),
        OpeningCase("24/7; Sa 22:00-06:00 off", "2026-11-21 22:00=c; 2026-11-22 05:59=c 06:00=o"),
        OpeningCase("Sa 21:00-04:00; Fr 22:00-04:00", "2026-11-20 23:00=o; 2026-11-21 01:00=o 04:00=c 21:00=o"),
        OpeningCase(
            "Mo-Sa 20:00-02:00; We 10:00-12:00", "2026-11-18 01:00=c 11:00=o 23:00=c; 2026-11-19 01:00=o 02:00=c"),
        OpeningCase("Fr 22:00-04:00; PH off", "2026-12-25 23:00=c; 2026-12-26 01:00=o"),
        OpeningCase("Fr 22:00-04:00 || \"bar\"", "2026-11-21 03:59=o 04:00=?"),
        OpeningCase("Dec 31 22:00-26:00; Jan 1 14:00-18:00", "2026-12-31 23:00=o; 2027-01-01 01:00=c 15:00=o"),
        OpeningCase("Dec 31 22:00-26:00, Jan 1 14:00-18:00", "2027-01-01 01:00=o 02:00=c 15:00=o"),
        OpeningCase("Sa[1] 22:00-03:00", "2026-11-07 23:00=o; 2026-11-08 02:59=o 03:00=c; 2026-11-14 23:00=c"),
        OpeningCase("week 53 Su 22:00-02:00", "2027-01-03 23:00=o; 2027-01-04 01:00=o 23:00=c"),
        // 29 March and 25 October 2026: the night's hours are those of the clock, an hour less or more.
        OpeningCase("Sa 22:00-04:00", "2026-03-29 01:59=o 03:00=o 03:59=o 04:00=c; 2026-10-25 01:59=o 03:30=o 04:00=c"),
    ]
}
