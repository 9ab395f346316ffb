/// School holidays by zones, the ministry's calendars of 2025-2026 and 2026-2027. opening_hours.js, which agrees in all else,
/// lets holidays begin on the Sunday and lacks 15 May 2026.
extension OpeningCase {
    static let schools = [
        // Toussaint 2026: 17 October to 1 November, everywhere.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off",
            "2026-10-16 10:00=o; 2026-10-19 10:00=c; 2026-10-30 10:00=c; 2026-11-02 10:00=o; 2026-12-18 10:00=o; "
                + "2026-12-21 10:00=c; 2027-01-01 10:00=c; 2027-01-04 10:00=o"),
        // Winter 2026: A from 7, B from 14, C from 21 February, two weeks each.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "69",
            "2026-02-06 10:00=o; 2026-02-09 10:00=c; 2026-02-20 10:00=c; 2026-02-23 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "44",
            "2026-02-13 10:00=o; 2026-02-16 10:00=c; 2026-02-27 10:00=c; 2026-03-02 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "75",
            "2026-02-20 10:00=o; 2026-02-23 10:00=c; 2026-03-06 10:00=c; 2026-03-09 10:00=o"),
        // Spring 2027: C from 3, A from 10, B from 17 April.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "33", "2027-04-09 10:00=o; 2027-04-12 10:00=c; 2027-04-26 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "13", "2027-04-16 10:00=o; 2027-04-19 10:00=c; 2027-05-03 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "31", "2027-04-02 10:00=o; 2027-04-05 10:00=c; 2027-04-19 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "14",
            "2026-07-03 10:00=o; 2026-07-06 10:00=c; 2026-08-31 10:00=c; 2026-09-01 10:00=o"),
        // The days after Ascension Day, on which classes are off.
        OpeningCase("Mo-Fr 09:00-17:00; SH off", "2026-05-15 10:00=c; 2027-05-07 10:00=c"),
        OpeningCase(
            "Mo-Fr 09:00-12:00,13:30-17:00; SH Mo-Fr 10:00-12:00,14:00-16:00; PH off",
            "2026-10-20 09:30=c 10:30=o 13:30=c 15:00=o 16:00=c; 2026-11-17 09:30=o 16:30=o; 2026-10-24 10:30=c; "
                + "2026-12-25 10:30=c"),
        OpeningCase("We 14:00-17:00; SH 09:00-17:00", "2026-10-18 10:00=o; 2026-11-15 10:00=c"),
        OpeningCase("SH off; Mo-Fr 09:00-17:00", "2026-10-20 10:00=o"),
        // Corsica and overseas make calendars of their own: not known, and said so only where it matters.
        OpeningCase("Mo-Fr 09:00-17:00; SH off", in: "2A", "2026-11-16 10:00=? 18:00=c; 2026-11-21 10:00=c"),
        OpeningCase("Mo-Fr 09:00-17:00; SH off", in: nil, "2026-11-16 10:00=?"),
        OpeningCase("Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00", in: "2B", "2026-11-16 09:30=? 11:00=o 13:00=? 18:00=c"),
        OpeningCase("SH 22:00-04:00", in: "2A", "2026-11-16 03:00=? 05:00=c 23:00=?"),
        OpeningCase("Mo-Fr 09:00-17:00; PH off", in: "2A", "2026-11-16 10:00=o; 2026-05-14 10:00=c"),
        // Beyond the tables.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off",
            "2025-08-29 10:00=?; 2025-09-01 10:00=o; 2027-08-31 10:00=c; 2027-09-01 10:00=?"),
        OpeningCase("SH 20:00-04:00", "2027-08-31 21:00=o; 2027-09-01 03:00=o 05:00=c 21:00=?; 2027-09-02 03:00=?"),
        OpeningCase("SH 10:00-12:00", "2026-10-16 11:00=c; 2026-10-17 11:00=o; 2026-11-01 11:00=o; 2026-11-02 11:00=c"),
        OpeningCase("SH Mo,Tu 10:00-12:00", "2026-10-19 11:00=o; 2026-10-21 11:00=c; 2026-11-16 11:00=c"),
        OpeningCase("SH We,Sa 14:00-18:00; PH off", "2026-10-21 15:00=o; 2026-10-22 15:00=c; 2026-10-31 15:00=o"),
        OpeningCase("Mo-Fr 09:00-17:00; SH 12:00-14:00 off", "2026-10-20 11:00=o 13:00=c 15:00=o; 2026-11-17 13:00=o"),
        OpeningCase("PH,SH off; We 14:00-17:00", "2026-10-21 15:00=o; 2026-11-11 15:00=o"),
        OpeningCase("We 14:00-17:00; PH,SH off", "2026-10-21 15:00=c; 2026-11-11 15:00=c; 2026-11-18 15:00=o"),
        OpeningCase("We 14:00-17:00; Jul-Aug SH off", "2026-07-08 15:00=c; 2026-10-21 15:00=o; 2026-07-01 15:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH Mo-Fr 09:00-12:00 || \"rdv\"",
            "2026-10-20 10:00=o 14:00=?; 2026-11-17 14:00=o 18:00=?"),
        OpeningCase("week 43-44 SH off; Mo 09:00-12:00", "2026-10-19 10:00=o"),
        OpeningCase("Mo 09:00-12:00; week 43 SH off", "2026-10-19 10:00=c; 2026-10-26 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "35", "2026-02-13 10:00=o; 2026-02-16 10:00=c; 2026-03-02 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "45",
            "2026-04-10 10:00=o; 2026-04-13 10:00=c; 2026-04-24 10:00=c; 2026-04-27 10:00=o"),
        OpeningCase("SH off", in: nil, "2026-11-16 10:00=c"),
        OpeningCase("24/7; SH off", in: nil, "2026-11-16 10:00=?"),
        OpeningCase("SH 09:00-12:00, 24/7", in: nil, "2026-11-16 10:00=o 13:00=o"),
    ]
}
