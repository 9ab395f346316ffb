import Schema

/// `insee_code,name,department,region,latitude,longitude,population`: the communes of INSEE's *code officiel
/// géographique*, WGS 84 degrees, municipal population.
enum CommuneImport {
    static let columns = ["insee_code", "name", "department", "region", "latitude", "longitude", "population"]

    /// Reads the whole file; a code given twice is an error, as is any malformed field.
    static func read(_ bytes: [UInt8], _ report: inout ImportReport) throws(CSVReader.Failure) -> [Commune] {
        guard var table = try CSVTable(bytes, columns: columns, &report) else { return [] }
        var communes: [Commune] = []
        var codes: Set<String> = []
        while let row = try table.next() {
            report.read += 1
            if let commune = commune(row), row.violations.isEmpty {
                if codes.insert(commune.code).inserted {
                    communes.append(commune)
                } else {
                    row.report(.duplicateItem, at: "insee_code")
                }
            }
            report.complain(line: row.line, row.violations)
        }
        return communes
    }

    private static func commune(_ row: CSVTable.Row) -> Commune? {
        let code = row.value("insee_code", .communeCode)
        let name = row.value("name", .text(1...100))
        let department = row.value("department", .placeCode)
        let region = row.value("region", .placeCode)
        let latitude = row.value("latitude", .number(-90...90))
        let longitude = row.value("longitude", .number(-180...180))
        let population = row.value("population", .int(0...100_000_000))
        guard let code, let name, let department, let region, let latitude, let longitude, let population,
            let centroid = Coordinate(latitude: latitude, longitude: longitude)
        else { return nil }
        if !code.hasPrefix(department) {
            row.report(.format("le département du code Insee", "the INSEE code’s department"), at: "department")
        }
        return Commune(
            code: code, name: name, department: department, region: region, centroid: centroid, population: population)
    }
}
