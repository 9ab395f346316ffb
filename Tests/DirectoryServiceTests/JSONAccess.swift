import Schema

extension JSONValue {
    /// A member of an object.
    subscript(_ name: String) -> JSONValue? { object?[name] }

    /// An item of an array.
    subscript(_ index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}
