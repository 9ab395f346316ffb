import Schema
import Testing

@Suite("Departments")
struct DepartmentTests {
    @Test("are told by a commune's code, and tell their region")
    func places() {
        let places = [
            ("44109", "44", "52"), ("2A004", "2A", "94"), ("2B033", "2B", "94"), ("97105", "971", "01"),
            ("97611", "976", "06"), ("01001", "01", "84"), ("75056", "75", "11"), ("53130", "53", "52"),
        ]
        for (commune, department, region) in places {
            #expect(Department.code(ofCommune: commune) == department)
            #expect(Department.region(of: department) == region)
        }
        // Saint-Barthélemy, Papeete, and codes that nobody has.
        for commune in ["97701", "98735", "20001", "96001", "00001", ""] {
            #expect(Department.code(ofCommune: commune) == nil, "\(commune)")
        }
        #expect(Department.region(of: "20") == nil)
    }

    @Test("are 101, in 18 regions")
    func count() {
        let codes = (0...999).map(String.init).flatMap { [$0, "0" + $0] } + ["2A", "2B"]
        let regions = codes.compactMap { Department.region(of: $0) }
        #expect(regions.count == 101 && Set(regions).count == 18)
    }
}
