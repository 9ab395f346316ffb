import Foundation
import Schema

/// A stored document that today's rules do not read: our mistake, never the caller's. Shows where, not what.
struct UnreadableStructure: Error, CustomStringConvertible {
    let id: UUID
    let description: String

    init(id: UUID, reason: any Error) {
        self.id = id
        let violations = (reason as? Refusal)?.violations.map { "\($0.pointer) \($0.code)" } ?? ["no JSON of ours"]
        description = "structure \(id.text) cannot be read: \(violations.prefix(5).joined(separator: ", "))"
    }
}
