import Postgres
import Web

/// The reporting schema, step by step. A step that has run anywhere is never edited: add another.
enum ReportingMigrations {
    static let all: [Migration] = [
        .idempotencyKeys(number: 1),
        Migration(
            number: 2, name: "feeds",
            sql: """
                -- Where reading of each feed stands. The cursor commits with what is derived from the page before it.
                create table feeds (
                    source text primary key check (source in ('directory', 'referral')),
                    -- Null before the first page.
                    cursor text,
                    pages bigint not null default 0 check (pages >= 0),
                    -- How often all that came from it was thrown away to be read anew.
                    rebuilds bigint not null default 0,
                    -- Until the feed's end has been reached again.
                    is_rebuilding boolean not null default false,
                    -- When the latest event that was taken in had happened.
                    data_through timestamptz
                );
                insert into feeds (source) values ('directory'), ('referral');

                -- Every version of a structure: what it was from one moment on.
                create table structure_states (
                    structure uuid not null,
                    version bigint not null,
                    since timestamptz not null,
                    is_gone boolean not null,
                    region text,
                    status text,
                    label_state text,
                    -- Keys kind:code of the territories it lies in.
                    located_in text[] not null,
                    -- Keys type:code of the places that its offers serve.
                    zones text[] not null,
                    -- Keys of the territories that it serves.
                    territories text[] not null,
                    primary key (structure, version),
                    constraint described_unless_gone check (is_gone or (region, status, label_state) is not null)
                );
                create table label_decisions (
                    event uuid primary key,
                    structure uuid not null,
                    decided_at timestamptz not null,
                    label_state text not null
                );

                create table receptions (
                    event uuid primary key,
                    demand uuid not null,
                    structure uuid not null,
                    network text,
                    received_at timestamptz not null
                );
                create index receptions_by_demand on receptions (demand);
                -- The last closing of each demand.
                create table demand_closings (
                    demand uuid primary key,
                    event uuid not null,
                    closed_at timestamptz not null,
                    outcome text not null,
                    structures bigint not null,
                    is_linkable boolean not null,
                    -- Null where it never could be linked, and after an erasure.
                    person uuid
                );
                create index demand_closings_by_time on demand_closings (closed_at);
                create index demand_closings_by_person on demand_closings (person);
                -- The first submission of each referral.
                create table referrals (
                    referral uuid primary key,
                    event uuid not null,
                    submitted_at timestamptz not null,
                    sender uuid not null,
                    sender_network text,
                    recipient uuid not null,
                    recipient_network text,
                    is_linkable boolean not null,
                    person uuid
                );
                create index referrals_by_time on referrals (submitted_at);
                create index referrals_by_person on referrals (person);
                create table referral_moves (
                    event uuid primary key,
                    referral uuid not null,
                    state text not null,
                    moved_at timestamptz not null
                );
                create index referral_moves_by_referral on referral_moves (referral);
                create table appointments (
                    event uuid primary key,
                    referral uuid not null,
                    scheduled_for timestamptz not null,
                    attendance text
                );
                create index appointments_by_referral on appointments (referral);

                -- SHA-256 of the keys that must be linked to nothing any more, also not by an event that comes late.
                create table erased_persons (digest bytea primary key check (length(digest) = 32));
                """),
        Migration(
            number: 3, name: "reference population",
            sql: """
                -- Grows with every contribution that changes something; its row is the lock of its kind.
                create table contribution_kinds (
                    kind text primary key,
                    position bigint not null default 0
                );
                insert into contribution_kinds (kind) values ('reference-population');
                create table reference_populations (
                    region text not null,
                    external_id text not null check (length(external_id) between 1 and 100),
                    commune text not null check (length(commune) = 5),
                    year bigint not null,
                    department text not null,
                    territories text[] not null,
                    population bigint not null check (population >= 0),
                    contributed_by text not null,
                    contributed_at timestamptz not null default now(),
                    primary key (region, external_id),
                    -- Deferred, so that one file may exchange the communes of two records.
                    constraint one_population_of_a_commune_and_year unique (commune, year)
                        deferrable initially deferred
                );
                """),
        Migration(
            number: 4, name: "who told of anything",
            sql: """
                create index receptions_by_structure on receptions (structure, received_at);
                create index referrals_by_sender on referrals (sender, submitted_at);
                create index referrals_by_recipient on referrals (recipient, submitted_at);
                """),
        Migration(
            number: 5, name: "when the end of a feed was reached",
            sql: """
                -- The last time that there was nothing which had not been taken in; at first, when this was begun.
                alter table feeds add column end_reached_at timestamptz not null default now();
                """),
        Migration(
            number: 6, name: "whom structures serve, as the search has it",
            sql: """
                -- What a structure serves was drawn from its events by another rule: they are read anew.
                delete from structure_states;
                delete from label_decisions;
                update feeds set cursor = null, pages = 0, rebuilds = rebuilds + 1, is_rebuilding = true,
                    data_through = null
                where source = 'directory' and cursor is not null;
                """),
        Migration(
            number: 7, name: "whether a feed was ever read to its end",
            sql: """
                -- Before, what was taken in is only the beginning of its past.
                alter table feeds add column was_read_to_end boolean not null default false;
                """),
        Migration(
            number: 8, name: "whom structures serve face to face",
            sql: """
                -- What a structure serves was drawn from all its offers, remote ones among them: they are read anew.
                delete from structure_states;
                delete from label_decisions;
                update feeds set cursor = null, pages = 0, rebuilds = rebuilds + 1, is_rebuilding = true,
                    data_through = null, was_read_to_end = false
                where source = 'directory' and cursor is not null;
                """),
        .allThatFeedsTell, .everyContribution, .versionsOfDefinitions,
    ]
}
