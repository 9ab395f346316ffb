import Postgres

extension Migration {
    /// What partners contribute, one table for each kind.
    static let everyContribution = Migration(
        number: 10, name: "every kind of contribution",
        sql: """
            insert into contribution_kinds (kind) values ('user-surveys'), ('professional-surveys'), ('actions'),
                ('plans-and-reports'), ('governance-decisions'), ('incidents'), ('web-statistics'),
                ('cep-episodes'), ('psad-cases'), ('reference-groups');

            -- A character may be of several code points, of which a text has four for each of its 100 at most.
            alter table reference_populations
                drop constraint reference_populations_external_id_check,
                add constraint reference_populations_external_id_check
                    check (length(external_id) between 1 and 400),
                add column active_population bigint
                    check (active_population >= 0 and active_population <= population),
                add column latitude double precision check (latitude between -90 and 90),
                add column longitude double precision check (longitude between -180 and 180),
                add constraint located_or_not check ((latitude is null) = (longitude is null));

            create table user_survey_answers (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                structure uuid not null,
                asked_on date not null,
                is_answered boolean not null,
                -- At once, or six months later.
                months_after bigint not null check (months_after in (0, 6)),
                channel text,
                audiences text[] not null,
                sex text,
                age_band text,
                satisfaction bigint check (satisfaction between 1 and 5),
                named_right_structure boolean,
                next_step_decided boolean,
                was_charged boolean,
                situation_better boolean,
                was_useful boolean,
                had_need boolean,
                used_service boolean,
                added_value bigint check (added_value between 1 and 5),
                baseline bigint check (baseline between 1 and 5),
                quality_principles bigint check (quality_principles between 1 and 5),
                quality_organisation bigint check (quality_organisation between 1 and 5),
                quality_effects bigint check (quality_effects between 1 and 5),
                primary key (contributed_by, external_id)
            );
            create table professional_survey_answers (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                structure uuid not null,
                asked_on date not null,
                is_answered boolean not null,
                -- Of those that were asked about.
                known_structures uuid[] not null,
                asked_structures uuid[] not null,
                added_value bigint check (added_value between 1 and 5),
                baseline bigint check (baseline between 1 and 5),
                quality_principles bigint check (quality_principles between 1 and 5),
                quality_organisation bigint check (quality_organisation between 1 and 5),
                quality_effects bigint check (quality_effects between 1 and 5),
                primary key (contributed_by, external_id),
                constraint known_of_asked check (known_structures <@ asked_structures)
            );
            create table actions (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                kind text not null,
                -- A key kind:code; null of the region's own.
                territory text,
                held_on date not null,
                is_completed boolean not null,
                sector text,
                has_spro_space boolean,
                is_supported boolean,
                invited_structures uuid[] not null,
                attending_structures uuid[] not null,
                -- SHA-256 of the client and its own reference of each professional.
                attendees bytea[] not null,
                primary key (contributed_by, external_id),
                constraint sector_named check (kind <> 'sector' or sector is not null)
            );
            create table plans_and_reports (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                kind text not null,
                scope text not null check (scope in ('structure', 'territory', 'network', 'region')),
                -- Its id, key or code, by the scope.
                subject text not null,
                year bigint not null,
                due_on date,
                filed_on date,
                state text not null,
                actions_planned bigint check (actions_planned >= 0),
                primary key (contributed_by, external_id)
            );
            create table governance_decisions (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                kind text not null,
                -- A code of the charter's bodies.
                body text not null,
                decided_on date not null,
                year bigint not null,
                decision text not null,
                primary key (contributed_by, external_id)
            );
            create table incidents (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                structure uuid,
                territory text,
                kind text not null,
                opened_on date not null,
                resolved_on date check (resolved_on >= opened_on),
                primary key (contributed_by, external_id),
                constraint structure_or_territory check ((structure is null) <> (territory is null))
            );
            create table web_statistics (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                -- A period, such as 2026-10.
                month text not null,
                channel text not null,
                sessions bigint not null check (sessions >= 0),
                structure uuid,
                network text,
                primary key (contributed_by, external_id)
            );
            create table cep_episodes (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                structure uuid not null,
                level bigint not null check (level between 1 and 3),
                framework text not null,
                opened_on date not null,
                closed_on date check (closed_on >= opened_on),
                acts bigint not null check (acts >= 0),
                -- SHA-256 of the client and its own reference; null where the episode is linked to no other.
                person bytea check (length(person) = 32),
                sex text,
                age_band text,
                audiences text[] not null,
                primary key (contributed_by, external_id)
            );
            create table psad_cases (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                -- A structure.
                platform uuid not null,
                identified_on date not null,
                contacted_on date,
                received_on date,
                solution_on date,
                primary key (contributed_by, external_id)
            );
            create table reference_groups (
                contributed_by text not null,
                external_id text not null check (length(external_id) between 1 and 400),
                region text not null,
                contributed_at timestamptz not null default now(),
                year bigint not null,
                -- The name of a vocabulary, and one of its codes.
                dimension text not null,
                code text not null,
                population bigint not null check (population >= 0),
                primary key (contributed_by, external_id),
                -- Deferred, so that one file may exchange the groups of two records.
                constraint one_population_of_a_group_and_year unique (region, year, dimension, code)
                    deferrable initially deferred
            );

            create index user_survey_answers_by_day on user_survey_answers (region, asked_on);
            create index professional_survey_answers_by_day on professional_survey_answers (region, asked_on);
            create index actions_by_day on actions (region, held_on);
            create index plans_and_reports_by_year on plans_and_reports (region, year);
            create index incidents_by_day on incidents (region, opened_on);
            create index web_statistics_by_month on web_statistics (region, month);
            create index cep_episodes_by_day on cep_episodes (region, opened_on);
            create index psad_cases_by_day on psad_cases (region, identified_on);
            """)
}
