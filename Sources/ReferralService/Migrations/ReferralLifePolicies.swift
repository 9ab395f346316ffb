import Postgres

extension ReferralMigrations {
    /// Who sees and writes what of the whole life.
    static let lifePolicies: Query =
        """
        -- As before, by what the states mean.
        alter policy received_read on referrals
            using (recipient_id = any ((select acting_structures())::uuid[]) and submitted_at is not null
                and tier_of(state, previous_state) is not null);
        alter policy received_change on referrals
            using (recipient_id = any ((select acting_structures())::uuid[]) and submitted_at is not null
                and tier_of(state, previous_state) is not null);
        alter policy disclosed on person_fields
            using (exists (
                select from referrals join consents on consents.id = consent_id
                where referrals.person_id = person_fields.person_id
                    and recipient_id = any ((select acting_structures())::uuid[])
                    and category = any (referrals.data_categories) and category = any (consents.data_categories)
                    and tier_of(referrals.state, previous_state) >= tier_of_category(category)
                    and is_in_force(consents, recipient_id)));
        alter policy joined_read on demands
            using (exists (select from referrals join consents on consents.id = consent_id
                where demand_id = demands.id and recipient_id = any ((select acting_structures())::uuid[])
                    and tier_of(referrals.state, previous_state) = 3 and is_in_force(consents, recipient_id)));
        alter policy joined_change on demands
            using (exists (select from referrals join consents on consents.id = consent_id
                where demand_id = demands.id and recipient_id = any ((select acting_structures())::uuid[])
                    and tier_of(referrals.state, previous_state) = 3 and is_in_force(consents, recipient_id)))
            with check (state = 'open');

        -- The coordinator of a territory: that a referral is there, to mark it as an error. Nothing of the person.
        create function is_coordinated(sender uuid, recipient uuid) returns boolean language sql stable
            return exists (select from known_structures
                where id in (sender, recipient) and territories && acting_territories());
        create policy coordinated_read on referrals for select to referral_runtime
            using ((select acting_territories()) is not null and is_coordinated(sender_id, recipient_id));
        create policy coordinated_change on referrals for update to referral_runtime
            using ((select acting_territories()) is not null and is_coordinated(sender_id, recipient_id))
            with check (state = 'entered_in_error');
        create policy coordinated on referral_transitions for insert to referral_runtime
            with check (actor = 'coordinator' and to_state = 'entered_in_error' and structure_id is null
                and (select acting_territories()) is not null
                and exists (select from referrals where id = referral_id
                    and is_coordinated(sender_id, recipient_id)));

        -- The person moves their own referrals on: it is for them to choose, to agree and to go.
        create policy moved_by_person on referrals for select to referral_runtime
            using (person_id = (select acting_person()));
        create policy changed_by_person on referrals for update to referral_runtime
            using (person_id = (select acting_person()));
        create policy followed_by_person on referrals for insert to referral_runtime
            with check (person_id = (select acting_person()) and parent_id is not null and state = 'draft');
        create policy told_by_person on referral_transitions for insert to referral_runtime
            with check (actor = 'person' and exists (select from referrals where referrals.id = referral_id
                and person_id = (select acting_person()) and referrals.sender_id = structure_id));
        create policy moved_by_person on consents for select to referral_runtime
            using (person_id = (select acting_person()));
        create policy locked_by_person on consents for update to referral_runtime
            using (person_id = (select acting_person()));
        create policy moved_by_person on demands for select to referral_runtime
            using (person_id = (select acting_person()));
        create policy locked_by_person on demands for update to referral_runtime
            using (person_id = (select acting_person())) with check (state = 'open');
        create policy moved_by_person on receptions for select to referral_runtime
            using (exists (select from demands where demands.id = demand_id
                and demands.person_id = (select acting_person())));
        create policy moved_by_person on persons for select to referral_runtime
            using (id = (select acting_person()));
        create policy moved_by_person on person_keys for select to referral_runtime
            using (person_id = (select acting_person()));
        """
}
