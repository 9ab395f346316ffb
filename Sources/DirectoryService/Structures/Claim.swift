import Foundation
import Schema

/// By what a token may write a structure, and so for whom it acted, as histories spell it.
enum Claim: Sendable, Equatable {
    case region(String)
    case structure(UUID)
    case network(String)

    /// `region:52`, `structure:<id>` or `network:cio`.
    var text: String {
        switch self {
        case .region(let code): "region:\(code)"
        case .structure(let id): "structure:\(id.text)"
        case .network(let code): "network:\(code)"
        }
    }
}
