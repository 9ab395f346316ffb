package import Hummingbird
package import Schema

extension Request {
    /// The query's parameters, decoded strictly as `application/x-www-form-urlencoded` (WHATWG URL §5.1) with
    /// well-formed percent-encoding and UTF-8 only; NUL and endless combining marks are refused as in bodies.
    package func query() throws(Refusal) -> QueryReader {
        var items: [(name: String, value: String)] = []
        for pair in (uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = decoded(parts.count > 1 ? parts[1] : "") else {
                throw Refusal(
                    .invalidParameters,
                    violations: [
                        Violation(
                            .format("un texte UTF-8 encodé en pourcent", "percent-encoded UTF-8"),
                            at: String(parts[0].prefix(100)))
                    ])
            }
            items.append((name: name, value: value))
        }
        return QueryReader(items)
    }
}

private func decoded(_ text: Substring) -> String? {
    // Most names and values are spelt as they are.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }) {
        return String(text)
    }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
            else { return nil }
            bytes.append(high << 4 | low)
        default: bytes.append(byte)
        }
    }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self), text.isStreamSafe else { return nil }
    return text
}

private func hexadecimal(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
}
