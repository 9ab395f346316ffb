import Postgres

extension ReferralMigrations {
    static let followUpSessions = Migration(
        number: 37, name: "sessions that were opened by follow-up links",
        sql: """
            -- Whoever holds the secret of a link is the person here; they see each time that somebody was.
            create table follow_up_sessions (
                id uuid primary key,
                link_id uuid not null references follow_up_links,
                person_id uuid not null,
                structure_id uuid not null,
                opened_at timestamptz not null default clock_timestamp(),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id)
            );
            create index follow_up_sessions_by_person on follow_up_sessions (person_id, id);
            create index follow_up_sessions_by_link on follow_up_sessions (link_id);
            alter table follow_up_sessions enable row level security, force row level security;
            revoke update, delete on follow_up_sessions from referral_runtime;
            revoke all on follow_up_sessions from referral_worker;
            -- By who shows the secret, of what that opens.
            create policy by_secret on follow_up_sessions for insert to referral_runtime
                with check (exists (select from follow_up_links where id = link_id
                    and follow_up_links.person_id = follow_up_sessions.person_id
                    and follow_up_links.structure_id = follow_up_sessions.structure_id));
            create policy of_person on follow_up_sessions for select to referral_runtime
                using (person_id = (select acting_person()));
            select prepare_forgetting();
            """)
}
