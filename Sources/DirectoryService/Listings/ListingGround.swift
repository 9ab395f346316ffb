import Foundation
import Schema
import Web

/// What the routes of every list stand on.
struct ListingGround: Sendable {
    let directory: DirectoryIndex
    let structures: StructureRepository
    let changes: ChangeRepository
    /// The charters' say on networks.
    let networks: NetworkRules
    let cursors: CursorCoder
    let now: @Sendable () -> Date
    /// Wakes those who wait for events.
    let poke: @Sendable () -> Void

    var geography: Geography { directory.snapshot.geography }

    /// What is shown of an entry is derived from its version, from the geography and by the release's contract.
    func tag(_ version: Int) -> EntityTag { EntityTag(version: version, derivedFrom: directory.snapshot.ground) }
}
