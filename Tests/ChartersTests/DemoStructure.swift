import Foundation
import Schema

/// A line of `demo/structures.ndjson`, read as the importer reads it: the draft's members, and `id` beside them.
struct DemoStructure {
    let id: UUID
    let draft: StructureDraft

    /// Throws the line's violations.
    init(line: String) throws {
        let document = try JSONValue(parsing: Array(line.utf8), limits: .trusted)
        let read: (UUID, StructureDraft) = try ObjectReader.read(document) { object in
            let id = object.required("id", .string(.uuid))
            let draft = StructureDraft(object, origin: .importer)
            guard let id else { return nil }
            return (id, draft)
        }
        (id, draft) = read
    }
}
