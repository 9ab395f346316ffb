import HeapModule

/// The least of many, so many at most: no others are held, and all are counted.
struct Least<Element: Comparable> {
    private let limit: Int
    private var kept = Heap<Element>()
    /// How many there were.
    private(set) var count = 0

    init(_ limit: Int) { self.limit = limit }

    mutating func insert(_ element: Element) {
        count += 1
        if kept.count < limit {
            kept.insert(element)
        } else if let greatest = kept.max, element < greatest {
            kept.replaceMax(with: element)
        }
    }

    var sorted: [Element] { kept.unordered.sorted() }
}
