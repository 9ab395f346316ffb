/// What is sent in one go and answered in one go: statements and a sync.
struct Flight {
    let queries: [Query]
    /// Whether it makes changes last: it holds a `commit`, or no transaction is open around it.
    let commits: Bool
    let deadline: ContinuousClock.Instant

    /// The results up to the first error, and that error.
    struct Landing {
        var tables: [ResultTable] = []
        var failure: DatabaseError?
    }
}
