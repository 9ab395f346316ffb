/// Territories as today's communes make them up: a commune that has ended is in them as the one that it became.
struct TerritorySuccession {
    let territories: [Territory]

    /// - Parameter successors: today's code of each code that is no longer a commune's.
    init(_ stored: [Territory], successors: [String: String]) {
        guard stored.contains(where: { $0.communes.contains { successors[$0] != nil } }) else {
            territories = stored
            return
        }
        var owners: [String: String] = [:]
        for territory in stored {
            for commune in territory.communes where successors[commune] == nil {
                owners["\(territory.kind) \(commune)"] = territory.code
            }
        }
        // Two that merged across a border are in the territory that has the new one, else in the first by code.
        for territory in stored.sorted(by: { $0.code < $1.code }) {
            for commune in territory.communes {
                let place = "\(territory.kind) \(successors[commune] ?? commune)"
                owners[place] = owners[place] ?? territory.code
            }
        }
        territories = stored.map { territory in
            var seen: Set<String> = []
            let communes = territory.communes.map { successors[$0] ?? $0 }.filter { commune in
                owners["\(territory.kind) \(commune)"] == territory.code && seen.insert(commune).inserted
            }
            return Territory(
                kind: territory.kind, code: territory.code, name: territory.name, region: territory.region,
                communes: communes)
        }
    }
}
