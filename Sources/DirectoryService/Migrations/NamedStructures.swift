import Postgres

extension Migration {
    /// What entries of lists name once a structure has ended.
    static let namedStructures = Migration(
        number: 12, name: "structures named by listings",
        sql: """
            -- An entry that named the ended structure names the one that stands for it, or none, under its next version.
            create function listings_follow(ended uuid, successor uuid, client text) returns void language sql as $$
                with changed as (
                    update listings set version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id(),
                        document = document
                            || case when document ->> 'organiser_id' = ended::text
                                then jsonb_build_object('organiser_id', successor) else '{}' end
                            || case when document -> 'structures' ? ended::text
                                then jsonb_build_object('structures', (
                                    select coalesce(jsonb_agg(id order by place), '[]')
                                    from (
                                        select case id when ended::text then successor::text else id end as id,
                                            min(place) as place
                                        from jsonb_array_elements_text(document -> 'structures')
                                            with ordinality named (id, place)
                                        group by 1
                                    ) standing
                                    where id is not null))
                                else '{}' end
                    where document ->> 'organiser_id' = ended::text or document -> 'structures' ? ended::text
                    returning id, version, document
                )
                insert into listing_versions (listing_id, version, document, changed_by)
                select id, version, document, client from changed
            $$;
            -- Of the structures that have ended so far, in their order: one may have been another's successor.
            do $$
            declare
                ended record;
            begin
                for ended in select id, successor_id from structures where removed_at is not null order by removed_at
                loop
                    perform listings_follow(ended.id, ended.successor_id, 'migration');
                end loop;
            end
            $$;
            """)
}
