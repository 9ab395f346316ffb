import Postgres

extension ReferralMigrations {
    static let psadProfiles = Migration(
        number: 25, name: "consents of two, minimal profile of early leavers",
        sql: """
            -- The other one's word beside `granted_by`: the person's, or their legal representative's. All of it or none.
            alter table consents
                add column co_granted_by text check (co_granted_by in ('self', 'legal-representative')),
                add column co_representation text,
                add column co_method text check (co_method in ('signed', 'one-time-code', 'oral-witnessed')),
                add column co_witness text,
                add column co_evidence_sha256 text check (co_evidence_sha256 ~ '^[0-9a-f]{64}$'),
                add column co_evidence_reference text,
                add column co_evidence_channel text,
                add column co_confirmed_at timestamptz,
                add constraint two_words_of_two check (co_granted_by is null or co_granted_by <> granted_by),
                add constraint second_word_with_evidence check (
                    num_nulls(co_granted_by, co_method, co_evidence_sha256) = 0
                    or num_nonnulls(co_granted_by, co_representation, co_method, co_witness, co_evidence_sha256,
                        co_evidence_reference, co_evidence_channel, co_confirmed_at) = 0),
                add constraint second_word_has_witness check (
                    co_method is distinct from 'oral-witnessed' or co_witness is not null);
            create function granters_of(consent consents) returns text[] language sql immutable parallel safe
                return array_remove(array[consent.granted_by, consent.co_granted_by], null);

            -- The profile of early leavers (`PSADProfile`): for which referrals it holds,
            create function is_psad(service_kind text, theme text) returns boolean language sql immutable parallel safe
                return service_kind = 'appui-decrocheurs' or theme = 'decrochage';
            -- whose word is missing for L3 (null: nobody's),
            create function psad_gap(granters text[], age_band text) returns text language sql immutable parallel safe
                return case
                    when 'self' <> all (granters) then 'psad-without-young-person'
                    when coalesce(age_band <> all (array['18-25', '26-30', '31-44', '45-54', '55-plus']), true)
                        and 'legal-representative' <> all (granters) then 'psad-without-representative'
                end;
            -- whether the platform has received the young person,
            create function psad_has_received(state text, previous text)
                returns boolean language sql immutable parallel safe
                return state = 'in_progress'
                    or state in ('on_hold', 'redirect_proposed') and previous is not distinct from 'in_progress';
            -- and so whether L3 goes along with a referral, as far as its profile is concerned.
            create function passes_record(referral referrals, consent consents) returns boolean language sql stable
                return not is_psad(referral.service_kind, referral.theme)
                    or psad_has_received(referral.state, referral.previous_state)
                        and psad_gap(granters_of(consent),
                            (select age_band from persons where persons.id = referral.person_id)) is null;
            -- The guard `psad-consent`, behind a guard that holds the consent's row.
            create function guard_psad(referral uuid, granted uuid) returns void language plpgsql as $$
            declare
                gap text;
            begin
                select psad_gap(granters_of(consents), persons.age_band) into gap
                from referrals join persons on persons.id = referrals.person_id join consents on consents.id = granted
                where referrals.id = referral and is_psad(referrals.service_kind, referrals.theme)
                    and exists (select from unnest(referrals.data_categories) as category
                        where tier_of_category(category) = 3);
                if gap is not null then
                    raise '%', gap using errcode = 'SP001';
                end if;
            end $$;

            -- As before, within the profile.
            alter policy disclosed on referral_contents
                using (exists (
                    select from referrals join consents on consents.id = consent_id
                    where referrals.id = referral_contents.referral_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and category = any (referrals.data_categories) and category = any (consents.data_categories)
                        and (category <> 'sante' or consents.explicit_art9)
                        and tier_of(referrals.state, referrals.previous_state) = 3
                        and is_in_force(consents, recipient_id) and passes_record(referrals, consents)));
            alter policy disclosed on summaries
                using (final_at is not null and exists (
                    select from referrals join consents on consents.id = consent_id
                    where referrals.id = summaries.referral_id and referrals.sender_id = summaries.structure_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and 'synthese' = any (referrals.data_categories) and 'synthese' = any (consents.data_categories)
                        and tier_of(referrals.state, referrals.previous_state) = 3
                        and is_in_force(consents, recipient_id) and passes_record(referrals, consents)));
            select prepare_forgetting();
            """)
}
