import Postgres

extension Migration {
    /// In which territories a commune lies.
    static let communeLocations = Migration(
        number: 9, name: "commune locations",
        sql: """
            -- Of every code of a commune, of today or of the past, the territories that it lies in, derived from
            -- communes, their history and territories (`LocationRepository`).
            create table commune_locations (
                commune text primary key,
                -- Keys kind:code, in the order of their bytes.
                territories text[] not null
            );
            -- Whoever writes a structure, before it locks any row: so that the structure is told with the locations
            -- that stay, and nobody derives others until it is. «sproplac» in ASCII.
            create function hold_locations() returns trigger language plpgsql as $$
            begin
                perform pg_advisory_xact_lock_shared(8318274334706393443);
                return null;
            end $$;
            create trigger hold_locations before insert or update on structures
                for each statement execute function hold_locations();
            """)
}
