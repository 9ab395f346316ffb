/// How many different persons are behind a figure, at least.
struct Crowd: Sendable {
    private var linked: Set<Int> = []
    private var unlinkable = 0
    private var hasErased = false

    mutating func add(_ person: Observation.Person) {
        switch person {
        case .linked(let number): linked.insert(number)
        case .unlinkable: unlinkable += 1
        case .erased: hasErased = true
        case .nobody: break
        }
    }

    /// What an erasure can only make smaller, never larger.
    var size: Int { linked.count + unlinkable + (hasErased ? 1 : 0) }
}
