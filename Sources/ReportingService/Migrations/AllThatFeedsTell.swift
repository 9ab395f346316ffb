import Postgres

extension Migration {
    /// What the other indicators need of both feeds.
    static let allThatFeedsTell = Migration(
        number: 9, name: "all that feeds tell",
        sql: """
            -- Only a part of the events was kept: they are read anew. Who is to be forgotten stays known.
            truncate structure_states, label_decisions, receptions, demand_closings, referrals, referral_moves,
                appointments;
            update feeds set cursor = null, pages = 0, rebuilds = rebuilds + 1, is_rebuilding = true,
                data_through = null, was_read_to_end = false
            where cursor is not null;
            -- Events that this version could not read, since the feed was last begun: they are missing from the facts.
            alter table feeds add column unread bigint not null default 0;

            alter table structure_states
                add column networks text[] not null,
                add column participates_in text[] not null,
                add column accessibility text[] not null,
                add column staff_declared bigint,
                add column staff_qualified bigint,
                add column logo_displayed_on date,
                -- Where everybody may know it to be.
                add column latitude double precision,
                add column longitude double precision,
                add constraint whole_point check ((latitude is null) = (longitude is null));
            create index structure_states_by_time on structure_states (since);
            create table structure_offers (
                structure uuid not null,
                version bigint not null,
                offer uuid not null,
                service_kind text not null,
                channels text[] not null,
                accesses text[] not null,
                -- Keys type:code.
                zones text[] not null,
                verified_on date,
                -- Of its own hours, in a usual week.
                half_days bigint,
                primary key (structure, version, offer)
            );
            create table structure_closures (
                structure uuid not null,
                version bigint not null,
                first_day date not null,
                last_day date not null,
                announced_on date,
                primary key (structure, version, first_day, last_day)
            );
            alter table label_decisions add column call uuid, add column filed_at timestamptz;
            create index label_decisions_by_structure on label_decisions (structure, decided_at);
            create index label_decisions_by_time on label_decisions (decided_at);
            create table convention_states (
                event uuid primary key,
                convention uuid not null,
                since timestamptz not null,
                is_gone boolean not null,
                level text,
                -- Networks by code, structures by id, the region as region:52, the State as etat.
                parties text[] not null,
                valid_from date,
                valid_until date,
                constraint described_unless_gone check (is_gone or (level, valid_from) is not null)
            );
            create index convention_states_by_convention on convention_states (convention, since);
            create table territory_states (
                event uuid primary key,
                -- Its key, kind:code.
                territory text not null,
                since timestamptz not null,
                -- Null where nobody has ever written of its coordination.
                coordinator_designated boolean,
                committee_structures uuid[] not null
            );
            create index territory_states_by_territory on territory_states (territory, since);

            alter table receptions
                add column channel text not null,
                add column access text,
                add column preferred_channel text,
                add column urgency text not null,
                add column requested_at timestamptz,
                add column is_anonymous boolean not null,
                add column is_in_scope boolean not null,
                add column is_linkable boolean not null,
                -- Null where it never could be linked, and after an erasure.
                add column person uuid,
                add column audiences text[] not null,
                add column situations text[] not null,
                add column sex text,
                add column age_band text,
                add column education text,
                -- Its Insee code.
                add column residence_commune text;
            create index receptions_by_time on receptions (received_at);
            create index receptions_by_person on receptions (person);
            alter table demand_closings
                add column receptions bigint not null,
                add column is_summary_given boolean not null,
                -- Null where nobody said.
                add column is_charged boolean,
                add column is_counselling_proposed boolean not null,
                -- Null where none was proposed.
                add column is_counselling_accepted boolean,
                add column is_appointment_requested boolean not null;
            alter table referrals
                add column demand uuid not null,
                add column service_kind text not null,
                add column cep_level bigint,
                add column cep_framework text,
                add column theme text,
                add column urgency text not null;
            create index referrals_by_demand on referrals (demand);
            alter table referral_moves
                add column came_from text,
                add column actor_role text not null,
                add column reason_code text;
            create index referral_moves_by_time on referral_moves (moved_at);
            alter table appointments add column recorded_at timestamptz not null;
            """)
}
