/// The entries of a list in the order of one day, each with its position.
struct ListingOrder<Draft: ServedListing>: Sendable {
    struct Place: Sendable {
        let position: String
        let entry: Listing<Draft>
    }

    private let places: [Place]

    init(_ entries: some Sequence<Listing<Draft>>, on day: Int) {
        places = entries.map { Place(position: $0.position(on: day), entry: $0) }.sorted { $0.position < $1.position }
    }

    /// Those that follow a position, wherever it is; all where there is none.
    func places(after position: String?) -> ArraySlice<Place> {
        guard let position else { return places[...] }
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return places[low...]
    }
}
