/// Under what figures count a structure that belongs to several: one each, or sums would count it twice.
package enum CountedUnder {
    /// Of its networks, the first by code, in whatever order they were written.
    package static func network(among codes: [String]) -> String? { codes.min() }

    /// Of the territories that it lies in, by their keys, the SPRO's own; nil where it lies in none.
    package static func territory(among keys: [String]) -> String? {
        keys.first { $0.hasPrefix("territoire-spro:") }
    }
}
