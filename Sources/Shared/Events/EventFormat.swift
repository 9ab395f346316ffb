import Schema

/// How a page of events is written.
package enum EventFormat: String, Sendable, CaseIterable {
    /// One event a line.
    case lines = "application/x-ndjson"
    /// One JSON array (CloudEvents JSON event format 1.0 §4).
    case batch = "application/cloudevents-batch+json"

    /// The better of the two for an `Accept` header (RFC 9110 §12.5.1); lines where it says nothing.
    /// - Throws: ``Refusal`` `not-acceptable`.
    init(accept header: String?) throws(Refusal) {
        let ranges = (header ?? "*/*").split(separator: ",").prefix(32).map(MediaRange.init)
        let weighted = Self.allCases.map { format in
            // The most specific range decides, whatever the order.
            let fitting = ranges.filter { $0.covers(format.rawValue) }
            return (format: format, weight: fitting.max { $0.precision < $1.precision }?.weight ?? 0)
        }
        guard let best = weighted.max(by: { $0.weight < $1.weight }), best.weight > 0 else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.notAcceptable, fr: "Formats disponibles : \(known).", en: "Available formats: \(known).")
        }
        // Lines among equals.
        self = weighted.first { $0.weight == best.weight }?.format ?? best.format
    }
}

/// One element of an `Accept` header.
private struct MediaRange {
    let type: String
    let weight: Double

    init(_ text: Substring) {
        let parts = text.split(separator: ";").map { part in
            String(part.filter { $0 != " " && $0 != "\t" }).lowercased()
        }
        type = parts.first ?? ""
        weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
    }

    /// 2 for one type, 1 for a family, 0 for anything.
    var precision: Int { type == "*/*" ? 0 : type.hasSuffix("/*") ? 1 : 2 }

    func covers(_ name: String) -> Bool {
        switch precision {
        case 0: true
        case 1: name.hasPrefix(type.dropLast())
        default: type == name
        }
    }
}
