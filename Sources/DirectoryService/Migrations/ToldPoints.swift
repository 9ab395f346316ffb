import Postgres

extension Migration {
    /// Where structures are, told by their events.
    static let toldPoints = Migration(
        number: 19, name: "told points",
        sql: """
            -- As if other things were shown of every commune than now are: the service gives all structures with an
            -- address their next version when it starts, and tells of them anew (`LocationRepository.begin`).
            update commune_locations set shown = '';
            """)
}
