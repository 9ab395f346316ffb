/// The values of a query in the order of their `$n`, encoded in one buffer.
struct Parameters: Sendable {
    /// Starts with one byte of no meaning, so that even an empty value has an address that is not null: libpq takes a
    /// null pointer for SQL's `null`.
    private(set) var bytes: [UInt8] = [0]
    private(set) var types: [TypeCode] = []
    /// nil for SQL's `null`.
    private(set) var ranges: [Range<Int>?] = []

    var count: Int { types.count }

    /// Takes its place even when it throws, so that positions stay true.
    mutating func append<Value: Bindable>(_ value: Value) throws(Unbindable) {
        types.append(Value.typeCode)
        let start = bytes.count
        ranges.append(nil)
        guard !value.isNull else { return }
        try value.encode(into: &bytes)
        ranges[ranges.count - 1] = start..<bytes.count
    }

    mutating func append(_ other: Parameters) {
        let offset = bytes.count - 1
        bytes.append(contentsOf: other.bytes.dropFirst())
        types.append(contentsOf: other.types)
        ranges.append(contentsOf: other.ranges.map { $0.map { $0.lowerBound + offset..<$0.upperBound + offset } })
    }
}
