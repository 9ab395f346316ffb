import Foundation
import Schema
import Support

/// A search as a caller would put it.
struct Question: Sendable {
    var commune: String?
    var near: Sketch.Point?
    var radius: Int?
    var networks: [String] = []
    var services: [String] = []
    var statuses: [String] = []
    var territories: [String] = []
    var regions: [String] = []
    var departments: [String] = []
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
        if let openAt, let instant = try? paris(openAt) { items.append(("open_at", RFC3339.format(instant))) }
        if includesServices { items.append(("include", "services")) }
        return items
    }

    var path: String { "/v1/structures?" + parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&") }

    private func decimal(_ number: Double) -> String { String(format: "%.5f", number) }

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
        if random.oneIn(4) {
            question.openAt = random.pick([
                "2026-11-11 10:00", "2026-11-16 10:00", "2026-11-18 15:00", "2026-10-20 11:00", "2026-11-21 01:00",
                "2026-11-20 18:02", "2030-05-06 09:30",
            ])
        }
        return question
    }
}
