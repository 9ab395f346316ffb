package import Postgres

extension Migration {
    /// The tables of ``EventOutbox`` and ``EventFeed``, for each service's own list of migrations.
    package static func events(number: Int) -> Migration {
        Migration(
            number: number, name: "events",
            sql: """
                -- The lives of this data base, between which transaction ids may start again: a restore or a failover
                -- brings another timeline, a copy into another cluster another system identifier.
                create table event_epochs (
                    epoch bigint primary key,
                    system_identifier bigint not null,
                    timeline bigint not null,
                    began_at timestamptz not null default now()
                );
                -- Of the server as it runs now: the control file tells a promotion only after its first checkpoint.
                create function present_timeline() returns bigint language sql volatile
                    return ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint;
                create function begin_event_epoch() returns bigint language plpgsql volatile
                    security definer set search_path = public, pg_temp as $$
                declare
                    system bigint := (select system_identifier from pg_control_system());
                    line bigint := present_timeline();
                    last event_epochs;
                begin
                    -- «sproepoc» in ASCII: whoever finds a new epoch first begins it.
                    perform pg_advisory_xact_lock(8318274334522109795);
                    select * into last from event_epochs order by epoch desc limit 1;
                    if last.system_identifier = system and last.timeline = line then
                        return last.epoch;
                    end if;
                    insert into event_epochs (epoch, system_identifier, timeline)
                    values (coalesce(last.epoch, 0) + 1, system, line);
                    return coalesce(last.epoch, 0) + 1;
                end $$;
                -- Services ask `begin_event_epoch` when they start; a failover under a running one shows here.
                create function present_event_epoch() returns bigint language plpgsql volatile as $$
                declare last event_epochs;
                begin
                    select * into last from event_epochs order by epoch desc limit 1;
                    if last.timeline = present_timeline() then
                        return last.epoch;
                    end if;
                    return begin_event_epoch();
                end $$;
                create table event_outbox (
                    epoch bigint not null default present_event_epoch(),
                    xid xid8 not null default pg_current_xact_id(),
                    id bigint not null generated always as identity,
                    event_id uuid not null,
                    type text not null,
                    subject text not null,
                    sequence bigint not null check (sequence > 0),
                    time timestamptz not null,
                    plain jsonb not null,
                    -- Null where it is the same.
                    reporting jsonb,
                    -- Whom the reporting projection names, to be unlinked when the person is forgotten.
                    person uuid check (person is null or reporting is not null),
                    primary key (epoch, xid, id),
                    constraint one_event_of_a_sequence unique (subject, sequence)
                );
                create index event_outbox_by_person on event_outbox (person) where person is not null;
                create function unlink_event_person(who uuid) returns bigint language sql volatile
                    security definer set search_path = public, pg_temp as $$
                    with unlinked as (
                        update event_outbox set reporting = reporting || '{"person": null}', person = null
                        where person = who returning 1
                    )
                    select count(*) from unlinked
                $$;
                -- What happened is never rewritten: whoever writes rows adds events and changes none.
                do $$
                declare grantee text;
                begin
                    for grantee in
                        select distinct privilege.grantee::regrole::text
                        from pg_class, aclexplode(relacl) as privilege
                        where pg_class.oid = 'event_outbox'::regclass and privilege.grantee not in (0, relowner)
                    loop
                        execute format('revoke all on event_outbox, event_epochs from %s', grantee);
                        execute format('grant select, insert on event_outbox to %s', grantee);
                        execute format('grant select on event_epochs to %s', grantee);
                    end loop;
                end $$;
                select begin_event_epoch();
                """)
    }

    /// Marks the events from which ``EventOutbox/unlink(person:)`` took the person, for each service's own list.
    ///
    /// Whoever reads the feed again must tell them from those of nobody, or an erasure would make several persons of
    /// one. Before this, nothing was ever unlinked.
    package static func unlinkedEvents(number: Int) -> Migration {
        Migration(
            number: number, name: "unlinked events",
            sql: """
                create or replace function unlink_event_person(who uuid) returns bigint language sql volatile
                    security definer set search_path = public, pg_temp as $$
                    with unlinked as (
                        update event_outbox
                        set reporting = reporting || '{"person": null, "person_erased": true}', person = null
                        where person = who returning 1
                    )
                    select count(*) from unlinked
                $$;
                """)
    }
}
