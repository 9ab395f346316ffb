/// France's departments and the region of each, since 1 January 2016 (INSEE, *Code officiel géographique*; loi n° 2015-29
/// du 16 janvier 2015 relative à la délimitation des régions).
package enum Department {
    /// The department in which a commune's code (INSEE) lies; nil for those of overseas collectivities, which are in no
    /// region.
    package static func code(ofCommune commune: String) -> String? {
        let code = String(commune.prefix(commune.hasPrefix("97") ? 3 : 2))
        return regions[code] == nil ? nil : code
    }

    /// INSEE code of the region in which a department lies.
    package static func region(of department: String) -> String? { regions[department] }

    private static let byRegion: [(region: String, departments: String)] = [
        ("01", "971"), ("02", "972"), ("03", "973"), ("04", "974"), ("06", "976"),
        ("11", "75 77 78 91 92 93 94 95"),
        ("24", "18 28 36 37 41 45"),
        ("27", "21 25 39 58 70 71 89 90"),
        ("28", "14 27 50 61 76"),
        ("32", "02 59 60 62 80"),
        ("44", "08 10 51 52 54 55 57 67 68 88"),
        ("52", "44 49 53 72 85"),
        ("53", "22 29 35 56"),
        ("75", "16 17 19 23 24 33 40 47 64 79 86 87"),
        ("76", "09 11 12 30 31 32 34 46 48 65 66 81 82"),
        ("84", "01 03 07 15 26 38 42 43 63 69 73 74"),
        ("93", "04 05 06 13 83 84"),
        ("94", "2A 2B"),
    ]

    private static let regions: [String: String] = Dictionary(
        uniqueKeysWithValues: byRegion.flatMap { region, departments in
            departments.split(separator: " ").map { (String($0), region) }
        })
}
