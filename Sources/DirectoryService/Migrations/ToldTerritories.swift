import Postgres

extension Migration {
    /// What was told of territories.
    static let toldTerritories = Migration(
        number: 5, name: "told territories",
        sql: """
            -- What was last told of each territory, and how often something was; it outlives the territory, whose
            -- events stay numbered without gaps.
            create table told_territories (
                kind text not null,
                code text not null,
                state text not null,
                sequence bigint not null default 1,
                primary key (kind, code)
            );
            """)
}
