import Foundation
import Schema

/// In which form figures are answered: what `format` says, else what `Accept` prefers, else JSON.
enum AnswerFormat: String, Sendable, CaseIterable {
    case json, csv

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8"
        }
    }

    /// - Throws: ``Refusal`` `not-acceptable` where the caller takes neither (RFC 9110 §12.5.1).
    init(named name: String?, accept: String?) throws(Refusal) {
        if let format = name.flatMap(AnswerFormat.init(rawValue:)) {
            self = format
            return
        }
        let ranges = (accept ?? "*/*").split(separator: ",").map { Self.range(String($0)) }
        let json = Self.weight(of: ["application/json", "application/*", "*/*"], among: ranges)
        let csv = Self.weight(of: ["text/csv", "text/*", "*/*"], among: ranges)
        guard max(json, csv) > 0 else {
            throw Refusal(
                .notAcceptable, fr: "Les formats servis sont application/json et text/csv.",
                en: "The formats served are application/json and text/csv.")
        }
        self = csv > json ? .csv : .json
    }

    /// The weight of the most specific range that names the type.
    private static func weight(of names: [String], among ranges: [(type: String, weight: Double)]) -> Double {
        for name in names {
            if let range = ranges.first(where: { $0.type == name }) { return range.weight }
        }
        return 0
    }

    private static func range(_ text: String) -> (type: String, weight: Double) {
        let parts = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { String($0.dropFirst(2)) }
        return (parts.first ?? "", quality.map { Double($0) ?? 0 } ?? 1)
    }
}
