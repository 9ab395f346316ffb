/// Closures that a structure has announced, whatever its hours say.
extension OpeningCase {
    static let closures = [
        OpeningCase(
            "Mo-Fr 09:00-17:00", closed: ["2026-12-24…2027-01-01"],
            "2026-12-23 10:00=o; 2026-12-24 10:00=c; 2027-01-01 10:00=c; 2027-01-04 10:00=o"),
        OpeningCase(
            "24/7", closed: ["2026-11-16", "2026-11-18"],
            "2026-11-16 00:00=c 23:59=c; 2026-11-17 00:00=o; 2026-11-18 12:00=c"),
        // What a closed evening would have left after midnight does not take place, and a closed day cuts the night.
        OpeningCase("Fr,Sa 22:00-04:00", closed: ["2026-11-20"], "2026-11-20 23:00=c; 2026-11-21 01:00=c 22:00=o"),
        OpeningCase(
            "Fr,Sa 22:00-04:00", closed: ["2026-11-21"],
            "2026-11-20 23:00=o; 2026-11-21 01:00=c 23:00=c; 2026-11-22 01:00=c"),
        OpeningCase(
            "Mo-Fr 09:00-12:00 || \"rdv\"", closed: ["2026-11-16"], "2026-11-16 10:00=c 15:00=c; 2026-11-17 15:00=?"),
        OpeningCase(
            "24/7", closed: ["2026-11-16…2026-11-17", "2026-11-17…2026-11-19"],
            "2026-11-15 23:59=o; 2026-11-17 12:00=c; 2026-11-19 23:59=c; 2026-11-20 00:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; PH off", closed: ["2026-05-15"],
            "2026-05-13 10:00=o; 2026-05-14 10:00=c; 2026-05-15 10:00=c; 2026-05-18 10:00=o"),
        OpeningCase("unknown", closed: ["2026-11-16"], "2026-11-16 10:00=c; 2026-11-17 10:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: nil, closed: ["2026-11-16"], "2026-11-16 10:00=c; 2026-11-17 10:00=?"),
        OpeningCase(
            "Mo-Fr 20:00-02:00", closed: ["2026-11-18"],
            "2026-11-17 23:00=o; 2026-11-18 01:00=c 21:00=c; 2026-11-19 01:00=c 21:00=o"),
    ]
}
