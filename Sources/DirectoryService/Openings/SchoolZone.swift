/// The three zones in which the schools of metropolitan France take their winter and spring holidays.
///
/// Académies by zone: arrêté du 22 octobre 2025 fixant le calendrier scolaire national de l'année 2026-2027 (as in the
/// calendars since 2015-2016); departments by académie: *Code de l'éducation*, article R. 222-2.
enum SchoolZone: Sendable, Hashable, CaseIterable {
    case a, b, c

    /// Nil where the académie makes a calendar of its own: Corsica and overseas.
    init?(department: String) {
        guard let zone = Self.zones[department] else { return nil }
        self = zone
    }

    private static let academies: [(zone: SchoolZone, name: String, departments: [String])] = [
        (.a, "Besançon", ["25", "39", "70", "90"]),
        (.a, "Bordeaux", ["24", "33", "40", "47", "64"]),
        (.a, "Clermont-Ferrand", ["03", "15", "43", "63"]),
        (.a, "Dijon", ["21", "58", "71", "89"]),
        (.a, "Grenoble", ["07", "26", "38", "73", "74"]),
        (.a, "Limoges", ["19", "23", "87"]),
        (.a, "Lyon", ["01", "42", "69"]),
        (.a, "Poitiers", ["16", "17", "79", "86"]),
        (.b, "Aix-Marseille", ["04", "05", "13", "84"]),
        (.b, "Amiens", ["02", "60", "80"]),
        (.b, "Lille", ["59", "62"]),
        (.b, "Nancy-Metz", ["54", "55", "57", "88"]),
        (.b, "Nantes", ["44", "49", "53", "72", "85"]),
        (.b, "Nice", ["06", "83"]),
        (.b, "Normandie", ["14", "27", "50", "61", "76"]),
        (.b, "Orléans-Tours", ["18", "28", "36", "37", "41", "45"]),
        (.b, "Reims", ["08", "10", "51", "52"]),
        (.b, "Rennes", ["22", "29", "35", "56"]),
        (.b, "Strasbourg", ["67", "68"]),
        (.c, "Créteil", ["77", "93", "94"]),
        (.c, "Montpellier", ["11", "30", "34", "48", "66"]),
        (.c, "Paris", ["75"]),
        (.c, "Toulouse", ["09", "12", "31", "32", "46", "65", "81", "82"]),
        (.c, "Versailles", ["78", "91", "92", "95"]),
    ]

    private static let zones = Dictionary(
        academies.flatMap { academy in academy.departments.map { ($0, academy.zone) } }
    ) { first, _ in first }
}
