import Postgres

extension ReferralMigrations {
    static let sealedJournal = Migration(
        number: 16, name: "sealed journal",
        sql: """
            -- For what and under which consent, and what was decided; `denied`: asked for, and not shown.
            alter table access_journal alter column referral_id drop not null,
                add column purpose text not null default 'transmission',
                add column consent_id uuid,
                add column consent_version bigint,
                add column decision text not null default 'disclosed' check (decision in ('disclosed', 'denied')),
                -- The order of commits, as the events have it.
                add column epoch bigint not null default present_event_epoch(),
                add column xid xid8 not null default pg_current_xact_id(),
                add column number bigint not null generated always as identity,
                -- So that nobody finds out by trying what a commitment is to.
                add column salt bytea not null
                    default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
                add check (purpose <> 'transmission' or referral_id is not null);
            create unique index access_journal_in_order on access_journal (epoch, xid, number);
            create policy worker on access_journal for select to referral_worker using (true);

            -- The chain: one commitment for each entry, without anything of anybody in it; segments end where the sealer
            -- committed. Written by the sealer alone, one at a time, and never changed.
            create table journal_segments (
                number bigint primary key check (number > 0),
                first_position bigint not null unique,
                last_position bigint not null unique check (last_position >= first_position),
                previous_head bytea not null check (length(previous_head) = 32),
                head bytea not null check (length(head) = 32),
                sealed_at timestamptz not null default clock_timestamp()
            );
            create table journal_seals (
                position bigint primary key check (position > 0),
                journal_id uuid not null unique,
                epoch bigint not null,
                xid xid8 not null,
                number bigint not null,
                commitment bytea not null check (length(commitment) = 32)
            );
            revoke all on journal_segments, journal_seals from referral_runtime, referral_worker;
            grant select, insert on journal_segments, journal_seals to referral_worker;
            """)
}
