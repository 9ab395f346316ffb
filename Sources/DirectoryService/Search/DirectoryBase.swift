import CMalloc
import Schema

/// All of the directory as it was at one moment, read and built.
struct DirectoryBase: Sendable {
    let segment: Segment
    let geography: Geography
    /// Differs after every change of the geography.
    let geographyVersion: String
    let tombstones: [Tombstone]
    let unreadable: [UnreadableStructure]
    /// As ``ChangeRepository/Everything/moment``.
    let moment: String

    /// - Parameter known: the present one, whose geography serves again where it has not changed.
    init(
        reading repository: ChangeRepository, knowing known: (geography: Geography, version: String)?
    ) async throws {
        let everything = try await repository.loadAll(knowing: known)
        segment = everything.base
        (geography, geographyVersion) = (everything.geography, everything.geographyVersion)
        (tombstones, unreadable, moment) = (everything.tombstones, everything.unreadable, everything.moment)
        // What reading took is as much again as the index; the allocator would keep it.
        malloc_trim(0)
    }
}
