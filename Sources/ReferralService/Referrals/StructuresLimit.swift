import Charters

/// How many structures one demand passes through at most, where a region's charter makes it a limit: going past it is
/// for the person alone to choose, and is only ever counted.
struct StructuresLimit: Sendable {
    private let byRegion: [String: Int]

    /// No limit anywhere.
    init() { byRegion = [:] }

    init(_ charters: CharterSet) {
        byRegion = charters.charters.compactMapValues { charter in
            charter.hopRule.flatMap { $0.kind == .limit ? $0.maxStructures : nil }
        }
    }

    init(_ byRegion: [String: Int]) { self.byRegion = byRegion }

    var isEmpty: Bool { byRegion.isEmpty }

    /// nil: no limit. Remote services count as the structures they are.
    func inRegion(_ region: String?) -> Int? { region.flatMap { byRegion[$0] } }
}
