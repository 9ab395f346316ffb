import Synchronization

/// Counts what the oracle and the search were asked, and how much they agreed on.
final class OracleTally: Sendable {
    private struct Counts {
        var questions = 0
        var pages = 0
        var found = 0
        var facets = 0
    }

    private let counts = Mutex(Counts())

    func count(questions: Int = 0, pages: Int = 0, found: Int = 0, facets: Int = 0) {
        counts.withLock { counts in
            counts.questions += questions
            counts.pages += pages
            counts.found += found
            counts.facets += facets
        }
    }

    /// Prints the counts so far.
    func tell(_ part: String) {
        let counts = counts.withLock(\.self)
        print(
            "search beside brute force, after \(part): \(counts.questions) questions, \(counts.pages) pages,",
            "\(counts.found) found, \(counts.facets) facets")
    }
}
