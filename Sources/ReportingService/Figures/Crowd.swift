/// Whether there are fewer different persons behind a figure than may be shown. It remembers no more of them than it
/// takes to know.
struct Crowd: Sendable {
    private var linked: Set<Int> = []
    private var unlinkable = 0
    private var hasErased = false
    private var isEnough = false

    /// - Parameters:
    ///   - weight: how many persons it is of whom nobody can be told from the others.
    ///   - threshold: as many are enough.
    mutating func add(_ person: Observation.Person, weight: Int = 1, threshold: Int) {
        if isEnough { return }
        switch person {
        case .linked(let number): linked.insert(number)
        case .unlinkable: unlinkable += weight
        case .erased: hasErased = true
        case .nobody: return
        }
        // All the erased count as one, so that an erasure can only make a crowd smaller, never larger.
        if linked.count + unlinkable + (hasErased ? 1 : 0) >= threshold {
            isEnough = true
            linked = []
        }
    }

    var isSmall: Bool { !isEnough && (!linked.isEmpty || unlinkable > 0 || hasErased) }
}
