import Foundation
import Schema
import Support

/// A search as a caller would put it.
struct Question: Sendable {
    /// `structures` or `services`.
    var subject = "structures"
    var commune: String?
    var near: Sketch.Point?
    var radius: Int?
    var networks: [String] = []
    var services: [String] = []
    var statuses: [String] = []
    var territories: [String] = []
    var regions: [String] = []
    var departments: [String] = []
    var audiences: [String] = []
    var channels: [String] = []
    var accesses: [String] = []
    var languages: [String] = []
    var accessibility: [String] = []
    var labels: [String] = []
    /// West, south, east, north.
    var box: (west: Double, south: Double, east: Double, north: Double)?
    var text: String?
    var sort: String?
    var facets: [String] = []
    var includesServices = false
    /// By the clocks of Paris.
    var openAt: String?

    /// The parameters, values of one name sometimes repeated and sometimes joined by commas.
    var parameters: [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        if let commune { items.append(("commune", commune)) }
        if let near { items.append(("near", "\(decimal(near.latitude)),\(decimal(near.longitude))")) }
        if let radius { items.append(("radius_km", String(radius))) }
        items += networks.map { ("network", $0) }
        if !services.isEmpty { items.append(("service", services.joined(separator: ","))) }
        items += statuses.map { ("status", $0) }
        if !territories.isEmpty { items.append(("territory", territories.joined(separator: ","))) }
        items += regions.map { ("region", $0) }
        items += departments.map { ("department", $0) }
        if !audiences.isEmpty { items.append(("audience", audiences.joined(separator: ","))) }
        items += channels.map { ("channel", $0) }
        items += accesses.map { ("access", $0) }
        items += languages.map { ("language", $0) }
        items += accessibility.map { ("accessibility", $0) }
        items += labels.map { ("label", $0) }
        if let box {
            items.append(("bbox", [box.west, box.south, box.east, box.north].map(decimal).joined(separator: ",")))
        }
        if let text { items.append(("q", text)) }
        if let sort { items.append(("sort", sort)) }
        if !facets.isEmpty { items.append(("facets", facets.joined(separator: ","))) }
        if let openAt, let instant = try? paris(openAt) { items.append(("open_at", RFC3339.format(instant))) }
        if includesServices { items.append(("include", "services")) }
        return items
    }

    var path: String {
        "/v1/\(subject)?"
            + parameters.map { parameter in
                let value = parameter.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return "\(parameter.name)=\(value)"
            }.joined(separator: "&")
    }

    /// The same with one code for one filter.
    func asking(_ code: String, for facet: String) -> Question {
        var question = self
        switch facet {
        case "network": question.networks = [code]
        case "service": question.services = [code]
        case "status": question.statuses = [code]
        case "region": question.regions = [code]
        case "department": question.departments = [code]
        case "audience": question.audiences = [code]
        case "channel": question.channels = [code]
        case "access": question.accesses = [code]
        case "language": question.languages = [code]
        case "accessibility": question.accessibility = [code]
        default: question.labels = [code]
        }
        return question
    }

    private func decimal(_ number: Double) -> String { String(format: "%.5f", number) }

    static let allFacets = [
        "network", "status", "service", "audience", "channel", "access", "language", "accessibility", "label", "region",
        "department",
    ]

    /// Any search that makes sense over these structures.
    static func random(of maker: SketchMaker, _ random: inout SeededGenerator) -> Question {
        var question = Question()
        let place = random.pick(maker.land.places)
        switch Int.random(in: 0..<20, using: &random) {
        case 0: break
        case 1..<5: question.near = .random(around: place.point, within: 0.1, &random)
        case 5..<8:
            question.commune = place.code
            question.near = .random(around: place.point, within: 0.6, &random)
        default: question.commune = place.code
        }
        if question.commune != nil || question.near != nil, random.oneIn(2) {
            question.radius = random.pick([1, 2, 5, 10, 20, 45, 100, 200])
        }
        if random.oneIn(4) {
            question.networks = random.some(Int.random(in: 1...2, using: &random), of: maker.networks)
        }
        if random.oneIn(3) { question.services = random.some(Int.random(in: 1...2, using: &random), of: maker.kinds) }
        if random.oneIn(5) {
            question.statuses = random.some(Int.random(in: 1...3, using: &random), of: SketchMaker.statuses)
        }
        if random.oneIn(8) {
            let area = random.pick(maker.land.areas)
            question.territories = ["\(area.kind):\(area.code)"]
            if random.oneIn(2) { question.territories.append("departement:\(place.department)") }
        }
        if random.oneIn(10) { question.regions = random.some(Int.random(in: 1...2, using: &random), of: ["52", "53"]) }
        if random.oneIn(10) { question.departments = [random.oneIn(2) ? "53" : place.department] }
        func some(_ codes: [String], in times: Int) -> [String] {
            random.oneIn(times) ? random.some(Int.random(in: 1...2, using: &random), of: codes) : []
        }
        question.audiences = some(SketchMaker.audiences, in: 6)
        question.channels = some(SketchMaker.channels, in: 6)
        question.accesses = some(SketchMaker.accesses, in: 8)
        question.languages = some(SketchMaker.languages, in: 10)
        question.accessibility = some(SketchMaker.accessibility, in: 10)
        question.labels = some(SketchMaker.labels, in: 10)
        if random.oneIn(6) { question.text = text(&random) }
        if random.oneIn(8) {
            let (corner, half) = (place.point, Double.random(in: 0.01...0.8, using: &random))
            question.box = (
                west: corner.longitude - half, south: corner.latitude - half / 2, east: corner.longitude + half,
                north: corner.latitude + half / 2
            )
        }
        if question.commune != nil || question.near != nil {
            if random.oneIn(6) { question.sort = random.pick(["distance", "relevance"]) }
            if random.oneIn(20) { question.radius = 20_000 }
        }
        if random.oneIn(4) {
            question.subject = "services"
        } else if random.oneIn(12) {
            question.facets = random.some(2, of: allFacets)
        }
        if random.oneIn(4) {
            question.openAt = random.pick([
                "2026-11-11 10:00", "2026-11-16 10:00", "2026-11-18 15:00", "2026-10-20 11:00", "2026-11-21 01:00",
                "2026-11-20 18:02", "2030-05-06 09:30",
            ])
        }
        return question
    }

    /// Beginnings of words, some of which nobody has, as people spell them.
    private static func text(_ random: inout SeededGenerator) -> String {
        let words = [
            "mission", "LOC", "st", "sta", "STATION", "station st", "naz", "Évr", "evreux", "metiers", "MÉTIER",
            "oeuvre", "œu", "l'é", "écoute", "ste",
            "anne", "saint", "aine", "etape", "n°", "com", "l’haÿ", "1", "12", "conseil", "accue", "vae", "mife", "cap",
            "zzz", "information", "e\u{301}t",
        ]
        return random.some(Int.random(in: 1...2, using: &random), of: words).joined(separator: " ")
    }
}
