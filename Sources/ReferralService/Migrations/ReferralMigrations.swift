import Events
import Postgres
import Web

/// The broker's schema, step by step. A step that has run anywhere is never edited: add another. Where several hold a
/// function's text, the last holds; `RewrittenTextTests` tells which that is.
///
/// Every table with a tenant (a column that names a structure) has row-level security, forced: `referral_runtime` sees
/// the rows of the structures in the setting `spro.structures` of its transaction, and none without it.
enum ReferralMigrations {
    static let all: [Migration] = [
        .idempotencyKeys(number: 1), structures, people, consents, referrals, referralPolicies, journal,
        .events(number: 8), leastRights, knownStructures, .unlinkedEvents(number: 11), consentTurns,
        joinedDemands, knownOffers, keptKeys, sealedJournal, forgetting, webhooks, referralLife,
        appointmentsAndMessages, timers, followUpLinks, consentEvidences, summaries,
        psadProfiles, lapsingDelays, ownErasure, summariesByAuthor, returns, personKeyPolicies, senderSteps,
        askingEverybody, holdingPersons, toldErasures, workersOwn, anewConsented, followUpSessions,
        takenBack, sharingPersons, ageBands, ownRequests,
    ]

    /// Facts of the directory, not of anybody: no tenant.
    private static let structures = Migration(
        number: 2, name: "structures known from the directory",
        sql: """
            create table known_structures (
                id uuid primary key,
                -- The siège of an antenne; the structure itself where it has none.
                root_id uuid not null,
                region text,
                networks text[] not null,
                territories text[] not null,
                checked_at timestamptz not null default now()
            );
            create index known_structures_by_network on known_structures using gin (networks);

            -- The structures for which this transaction acts; null, so none, where nobody said.
            create function acting_structures() returns uuid[] language sql stable parallel safe
                return string_to_array(nullif(current_setting('spro.structures', true), ''), ',')::uuid[];
            """)

    private static let knownStructures = Migration(
        number: 10, name: "structures that are gone from the directory",
        sql: """
            -- What is known of it is of the past: nobody acts for it, and nobody is passed to it.
            alter table known_structures add column is_gone boolean not null default false;
            create index known_structures_by_age on known_structures (checked_at);
            """)

    private static let knownOffers = Migration(
        number: 14, name: "what known structures offer",
        sql: """
            -- Null: it was asked for before this was noted.
            alter table known_structures add column status text, add column offer_ids uuid[],
                add column offer_kinds text[],
                add check (num_nulls(status, offer_ids, offer_kinds) in (0, 3)),
                add check (cardinality(offer_ids) = cardinality(offer_kinds));
            """)

    private static let people = Migration(
        number: 3, name: "persons and demands",
        sql: """
            create table persons (
                id uuid primary key,
                structure_id uuid not null,
                mode text not null check (mode in ('anonymous', 'identified')),
                age_band text,
                sex text,
                education text,
                situations text[] not null,
                residence_commune text,
                -- Who the person is to the reporting service, and to it alone.
                reporting_key uuid not null unique,
                created_at timestamptz not null default now(),
                unique (id, structure_id),
                unique (id, mode)
            );
            -- The key of a person's fields, wrapped by the key-encryption key that stands outside the database.
            create table person_keys (
                person_id uuid primary key,
                structure_id uuid not null,
                wrapped_key bytea not null,
                wrapping_key text not null,
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id)
            );
            -- What could tell who somebody is, each field sealed by the person's key.
            create table person_fields (
                person_id uuid not null,
                structure_id uuid not null,
                mode text not null,
                category text not null check (category in ('alias', 'canal-relais', 'identite', 'contact')),
                sealed bytea not null,
                primary key (person_id, category),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id),
                constraint person_has_mode foreign key (person_id, mode) references persons (id, mode),
                constraint anonymous_stays_unknown check (mode = 'identified' or category in ('alias', 'canal-relais'))
            );
            create table demands (
                id uuid primary key,
                structure_id uuid not null,
                person_id uuid not null,
                theme text not null,
                state text not null default 'open' check (state in ('open', 'closed')),
                outcome text,
                summary_given boolean,
                charged boolean,
                counselling_proposed boolean,
                counselling_accepted boolean,
                appointment_requested boolean,
                opened_at timestamptz not null default now(),
                closed_at timestamptz,
                -- How many events it has had.
                sequence bigint not null default 0,
                unique (id, person_id),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id),
                constraint closed_with_outcome check ((state = 'closed') = (closed_at is not null and outcome is not null))
            );
            create index demands_by_person on demands (person_id);
            create table receptions (
                id uuid primary key,
                demand_id uuid not null references demands,
                structure_id uuid not null,
                -- Counts once for a siège and all its antennes.
                root_id uuid not null,
                channel text not null,
                access text not null,
                preferred_channel text,
                urgency text not null,
                audiences text[] not null,
                in_scope boolean not null,
                requested_at timestamptz,
                received_at timestamptz not null,
                created_at timestamptz not null default now(),
                constraint received_after_request check (requested_at <= received_at)
            );
            create index receptions_by_demand on receptions (demand_id);
            """)

    private static let consents = Migration(
        number: 4, name: "consents",
        sql: """
            create table consents (
                id uuid primary key,
                structure_id uuid not null,
                person_id uuid not null,
                granted_by text not null check (granted_by in ('self', 'legal-representative')),
                agent text not null,
                method text not null check (method in ('signed', 'one-time-code', 'oral-witnessed')),
                witness text,
                notice_id text not null,
                notice_sha256 text not null check (notice_sha256 ~ '^[0-9a-f]{64}$'),
                language text not null,
                purposes text[] not null check (cardinality(purposes) between 1 and 4),
                recipients uuid[] not null check (cardinality(recipients) between 1 and 20),
                data_categories text[] not null check (cardinality(data_categories) between 1 and 10),
                explicit_art9 boolean not null,
                valid_from timestamptz not null,
                valid_until timestamptz not null,
                single_use boolean not null,
                -- The referral that has used up a consent to one use.
                used_by uuid,
                evidence_sha256 text not null check (evidence_sha256 ~ '^[0-9a-f]{64}$'),
                evidence_reference text,
                -- SHA-256 of all of the above, so that a change of any of it shows.
                evidence_hash bytea not null check (length(evidence_hash) = 32),
                state text not null default 'active' check (state in ('active', 'withdrawn')),
                granted_at timestamptz not null default now(),
                withdrawn_at timestamptz,
                version bigint not null default 1,
                unique (id, person_id),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id),
                constraint at_most_six_months check (
                    valid_until > valid_from
                    and valid_until <= ((valid_from at time zone 'UTC') + interval '6 months') at time zone 'UTC'),
                constraint oral_has_witness check (method <> 'oral-witnessed' or witness is not null),
                constraint health_is_explicit check (explicit_art9 or 'sante' <> all (data_categories)),
                check ((state = 'withdrawn') = (withdrawn_at is not null))
            );
            create index consents_by_person on consents (person_id);

            -- Whether it holds at this moment for passing a person on to this structure.
            create function is_in_force(consent consents, recipient uuid) returns boolean language sql volatile
                return consent.state = 'active' and clock_timestamp() >= consent.valid_from
                    and clock_timestamp() < consent.valid_until and recipient = any (consent.recipients)
                    and 'transmission' = any (consent.purposes);
            """)

    private static let referrals = Migration(
        number: 5, name: "referrals and their guards",
        sql: """
            create table referrals (
                id uuid primary key,
                sender_id uuid not null,
                recipient_id uuid not null,
                person_id uuid not null,
                demand_id uuid not null,
                consent_id uuid,
                -- Who the person is to this recipient, and to no other.
                pseudonym text not null,
                service_kind text not null,
                service_id uuid,
                theme text not null,
                urgency text not null,
                cep_level bigint check (cep_level between 1 and 3),
                cep_framework text,
                -- What the sender means to pass on.
                data_categories text[] not null check ('besoin' = any (data_categories)),
                state text not null default 'awaiting_consent' check (state in (
                    'awaiting_consent', 'submitted', 'under_review', 'accepted', 'in_progress', 'completed',
                    'closed_unfulfilled', 'declined', 'cancelled', 'withdrawn', 'entered_in_error')),
                reason_code text,
                outcome text,
                -- Of the last transition, from 1 without gaps.
                sequence bigint not null default 1,
                created_at timestamptz not null default now(),
                submitted_at timestamptz,
                changed_at timestamptz not null default now(),
                constraint person_is_known foreign key (person_id, sender_id) references persons (id, structure_id),
                constraint demand_is_known foreign key (demand_id, person_id) references demands (id, person_id),
                constraint consent_is_known foreign key (consent_id, person_id) references consents (id, person_id),
                constraint not_to_itself check (sender_id <> recipient_id),
                constraint submitted_with_consent check (
                    (submitted_at is not null and consent_id is not null)
                    or (submitted_at is null
                        and state in ('awaiting_consent', 'cancelled', 'withdrawn', 'entered_in_error'))),
                constraint ended_with_reason check (
                    state not in ('declined', 'closed_unfulfilled') or reason_code is not null),
                constraint completed_with_outcome check (state <> 'completed' or outcome is not null)
            );
            create unique index no_open_duplicate on referrals (person_id, recipient_id, theme)
                where state in ('submitted', 'under_review', 'accepted', 'in_progress');
            create index referrals_by_sender on referrals (sender_id, id);
            create index referrals_by_recipient on referrals (recipient_id, id);
            create index referrals_by_consent on referrals (consent_id);
            create index referrals_by_demand on referrals (demand_id);

            create table referral_transitions (
                referral_id uuid not null references referrals,
                sequence bigint not null check (sequence > 0),
                -- Null where the referral begins.
                command text,
                from_state text,
                to_state text not null,
                actor text not null check (actor in ('person', 'sender', 'recipient')),
                structure_id uuid not null,
                client_id text not null,
                reason_code text,
                at timestamptz not null default now(),
                primary key (referral_id, sequence)
            );

            -- The guard `consent`: refuses unless the referral's consent is in force for its recipient and its data, and
            -- holds the consent's row until the end of the transaction, so that a withdrawal waits or has won.
            create function guard_consent(referral uuid, uses_it boolean) returns void language plpgsql as $$
            declare
                candidate referrals;
                consent consents;
            begin
                select * into candidate from referrals where id = referral;
                if uses_it then
                    select * into consent from consents where id = candidate.consent_id for no key update;
                else
                    select * into consent from consents where id = candidate.consent_id for share;
                end if;
                if consent.id is null then
                    raise 'consent-missing' using errcode = 'SP001';
                elsif consent.state <> 'active' then
                    raise 'consent-withdrawn' using errcode = 'SP001';
                elsif clock_timestamp() < consent.valid_from then
                    raise 'consent-not-yet-valid' using errcode = 'SP001';
                elsif clock_timestamp() >= consent.valid_until then
                    raise 'consent-expired' using errcode = 'SP001';
                elsif candidate.recipient_id <> all (consent.recipients) then
                    raise 'consent-for-other-recipients' using errcode = 'SP001';
                elsif 'transmission' <> all (consent.purposes) then
                    raise 'consent-for-other-purposes' using errcode = 'SP001';
                elsif not candidate.data_categories <@ consent.data_categories then
                    raise 'consent-for-other-data' using errcode = 'SP001';
                elsif consent.single_use and consent.used_by <> referral then
                    raise 'consent-used' using errcode = 'SP001';
                end if;
                if uses_it and consent.single_use then
                    update consents set used_by = referral where id = consent.id;
                end if;
            end $$;
            """)
}
