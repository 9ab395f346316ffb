/// In which form figures are answered: what `format` says, else what `Accept` prefers, else JSON.
enum AnswerFormat: String, Sendable, CaseIterable {
    case json, csv

    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv"
        }
    }

    var contentType: String { self == .csv ? "text/csv; charset=utf-8" : mediaType }
}
