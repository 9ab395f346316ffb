import Schema
import Support
import Testing

@Suite("Values weighted by people")
struct WeightedValuesTests {
    @Test("a quantile is the value of the person at that place in the line")
    func line() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let values = (0..<random.int(1...12)).map { _ in
                (value: random.int(0...9), weight: random.int(0...6))
            }
            let people = values.flatMap { Array(repeating: $0.value, count: $0.weight) }.sorted()
            for percent in [50, 90, 100] {
                let place = (people.count * percent + 99) / 100
                #expect(WeightedValues(values).quantile(percent: percent) == (people.isEmpty ? nil : people[place - 1]))
            }
        }
    }
}
