/// What one JSON value must be; reports its own violations and then reads nil.
package struct ValueRule<Value> {
    package let read: (JSONValue, ObjectReader.Place) -> Value?

    package init(_ read: @escaping (JSONValue, ObjectReader.Place) -> Value?) { self.read = read }

    /// A string that a text rule reads.
    package static func string(_ rule: TextRule<Value>) -> ValueRule where Value: Sendable {
        ValueRule { value, place in
            guard let text = value.string else {
                place.report(.wrongType("texte", "string"))
                return nil
            }
            do throws(Flaw) {
                return try rule.read(text)
            } catch {
                place.report(error)
                return nil
            }
        }
    }

    /// An object with members of its own.
    package static func object(_ build: @escaping (ObjectReader) -> Value?) -> ValueRule {
        ValueRule { value, place in
            guard let object = value.object else {
                place.report(.wrongType("objet", "object"))
                return nil
            }
            return ObjectReader.readObject(object, at: place, place.violations, build)
        }
    }

    /// An array of at most `count.upperBound` items, each read by `rule`.
    package static func array<Element>(_ count: ClosedRange<Int>, of rule: ValueRule<Element>) -> ValueRule
    where Value == [Element] {
        ValueRule { value, place in
            guard let values = value.array else {
                place.report(.wrongType("liste", "array"))
                return nil
            }
            guard count.contains(values.count) else {
                place.report(.count(count))
                return nil
            }
            let elements = values.enumerated().compactMap { rule.read($0.element, place.item($0.offset)) }
            return elements.count == values.count ? elements : nil
        }
    }

    /// An array that is a set: no value twice.
    package static func set<Element: Hashable>(_ count: ClosedRange<Int>, of rule: ValueRule<Element>) -> ValueRule
    where Value == [Element] {
        ValueRule { value, place in
            guard let elements = array(count, of: rule).read(value, place) else { return nil }
            guard elements.count > 1 else { return elements }
            var seen: Set<Element> = []
            for (index, element) in elements.enumerated() where !seen.insert(element).inserted {
                place.item(index).report(.duplicateItem)
            }
            return elements
        }
    }
}

extension ValueRule where Value == Int {
    package static func int(_ range: ClosedRange<Int>) -> ValueRule {
        ValueRule { value, place in
            guard let number = value.int else {
                place.report(.wrongType("entier", "integer"))
                return nil
            }
            guard range.contains(number) else {
                place.report(.outOfRange("\(range.lowerBound)", "\(range.upperBound)"))
                return nil
            }
            return number
        }
    }
}

extension ValueRule where Value == Double {
    package static func number(_ range: ClosedRange<Double>) -> ValueRule {
        ValueRule { value, place in
            guard case .number(let written) = value, written.text != "-0", let number = written.double else {
                place.report(.wrongType("nombre", "number"))
                return nil
            }
            guard range.contains(number) else {
                place.report(.outOfRange("\(range.lowerBound)", "\(range.upperBound)"))
                return nil
            }
            return number
        }
    }
}

extension ValueRule where Value == Bool {
    package static var bool: ValueRule {
        ValueRule { value, place in
            guard let flag = value.bool else {
                place.report(.wrongType("booléen", "boolean"))
                return nil
            }
            return flag
        }
    }
}

extension ValueRule where Value == String {
    package static func text(_ length: ClosedRange<Int>) -> ValueRule { .string(.text(length)) }

    package static func lines(_ length: ClosedRange<Int>) -> ValueRule { .string(.lines(length)) }
    package static func code(_ codes: [String]) -> ValueRule { .string(.code(codes)) }
}

extension ValueRule where Value == CalendarDate {
    package static var date: ValueRule { .string(.date) }
}
