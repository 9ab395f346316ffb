/// Rules that say `unknown`, comments, and fallbacks.
extension OpeningCase {
    static let words = [
        // A fallback fills what is neither open nor unknown.
        OpeningCase(
            "Mo-Fr 08:00-12:00 || \"sur rendez-vous\"",
            "2026-11-16 07:59=? 08:00=o 12:00=?; 2026-11-22 10:00=?"),
        OpeningCase(
            "Mo-Fr 08:00-12:00 || Mo-Fr 14:00-17:00 \"rdv\"", "2026-11-16 13:00=c 14:00=? 17:00=c; 2026-11-21 14:00=c"),
        OpeningCase("Mo 08:00-12:00; We off || \"rdv\"", "2026-11-18 10:00=?; 2026-11-16 10:00=o"),
        OpeningCase("Mo 08:00-12:00 || \"rdv\"; Su off", "2026-11-15 10:00=c; 2026-11-17 10:00=?"),
        OpeningCase("Mo 08:00-12:00 unknown || open", "2026-11-16 09:00=? 13:00=o"),
        OpeningCase(
            "We-Fr 10:00-24:00 open \"accueil\" || \"appelez\"",
            "2026-11-18 09:59=? 10:00=o 23:59=o; 2026-11-21 00:00=?"),
        OpeningCase("Mo 09:00-12:00 \"sur rendez-vous\"", "2026-11-16 10:00=? 12:00=c"),
        OpeningCase("Mo 09:00-12:00 unknown", "2026-11-16 10:00=?"),
        OpeningCase("Mo 09:00-12:00 open \"accueil\"", "2026-11-16 10:00=o"),
        OpeningCase("\"sur rendez-vous\"", "2026-11-16 03:00=?"),
        OpeningCase("unknown", "2026-11-16 00:00=? 12:00=?"),
        OpeningCase("24/7 unknown \"à confirmer\"", "2026-11-16 12:00=?"),
        OpeningCase("24/7 closed \"travaux\"", "2026-11-16 12:00=c"),
        OpeningCase("Mo-Fr 09:00-12:00 unknown \"selon affluence\"; Mo-Fr 14:00-17:00", "2026-11-16 10:00=c 15:00=o"),
        OpeningCase("Mo-Fr 09:00-12:00, Mo-Fr 14:00-17:00 unknown", "2026-11-16 10:00=o 13:00=c 15:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-17:00, We 12:00-14:00 unknown \"atelier\"",
            "2026-11-18 11:00=o 13:00=? 14:00=o; 2026-11-17 13:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00 \"sur rendez-vous\", We 14:00-17:00 open",
            "2026-11-18 10:00=? 15:00=o; 2026-11-17 15:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-17:00 || Sa 10:00-12:00",
            "2026-11-20 10:00=o; 2026-11-21 11:00=o 12:00=c; 2026-11-22 11:00=c"),
        OpeningCase(
            "Tu 09:00-12:00 || We 09:00-12:00 || Th 09:00-12:00",
            "2026-11-16 10:00=c; 2026-11-17 10:00=o; 2026-11-18 10:00=o; 2026-11-19 10:00=o; 2026-11-20 10:00=c"),
        OpeningCase(
            "Mo-Fr 09:00-12:00; Sa off || unknown \"appelez\"", "2026-11-16 10:00=o 13:00=?; 2026-11-21 10:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-12:00 || 13:00-17:00 open \"en ligne\" || unknown",
            "2026-11-16 10:00=o 12:30=? 14:00=o 17:00=?; 2026-11-22 10:00=? 14:00=o"),
        OpeningCase(
            "Mo-We 10:00-18:00; Th,Fr 16:00-23:00; PH off || \"sur rendez-vous\"",
            "2026-11-16 11:00=o 18:00=?; 2026-11-19 17:00=o; 2026-11-11 11:00=?; 2026-11-21 11:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-12:00 \"sans rendez-vous\"; Mo-Fr 14:00-17:00 \"sur rendez-vous\"",
            "2026-11-16 10:00=c 15:00=?"),
        OpeningCase(
            "Mo-Fr 09:00-12:00 open \"sans rendez-vous\", Mo-Fr 14:00-17:00 \"sur rendez-vous\"",
            "2026-11-16 10:00=o 13:00=c 15:00=? 17:00=c"),
        OpeningCase("Mo 09:00-12:00 off || Mo 10:00-11:00", "2026-11-16 09:30=c 10:30=o 11:30=c"),
    ]
}
