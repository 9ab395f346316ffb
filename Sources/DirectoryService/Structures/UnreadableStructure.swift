import Foundation
import Schema

/// A stored document that today's rules do not read: our mistake, never the caller's. Shows where, not what.
struct UnreadableStructure: Error, CustomStringConvertible {
    let id: UUID
    let description: String

    init(id: UUID, flaws: [Violation]) {
        self.id = id
        let places = flaws.prefix(5).map { "\($0.pointer) \($0.code)" }.joined(separator: ", ")
        description = "structure \(id.text) cannot be read: \(places)"
    }
}
