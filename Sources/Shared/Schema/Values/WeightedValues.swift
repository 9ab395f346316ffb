/// Values of which each stands for a number of people: the distances of communes, say.
package struct WeightedValues: Sendable {
    private let sorted: [(value: Int, weight: Int)]
    private let total: Int

    /// - Parameter values: weights are not negative.
    package init(_ values: [(value: Int, weight: Int)]) {
        sorted = values.filter { $0.weight > 0 }.sorted { $0.value < $1.value }
        total = sorted.reduce(0) { $0 + $1.weight }
    }

    /// The smallest value that at least so many percent of the people do not exceed; nil where there is nobody.
    package func quantile(percent: Int) -> Int? {
        var sum = 0
        for (value, weight) in sorted {
            sum += weight
            if sum * 100 >= total * percent { return value }
        }
        return nil
    }
}
