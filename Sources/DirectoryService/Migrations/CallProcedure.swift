import Postgres

extension Migration {
    /// Calls, what answers them, and every step that both go through.
    static let calls = Migration(
        number: 15, name: "calls",
        sql: """
            -- By what clock deadlines are kept: that of the transaction's beginning, so that nobody is late because of
            -- whom they waited for.
            create function call_clock() returns timestamptz language sql stable as $$ select now() $$;

            create table calls (
                id uuid primary key,
                region text not null,
                document jsonb not null,
                -- The charter (`28@1.0.0`) and its procedure as they were when the call was published.
                charter text not null,
                procedure jsonb not null,
                examiner_id uuid constraint examiner_exists references structures,
                opens_at timestamptz not null,
                closes_at timestamptz not null,
                published_at timestamptz,
                results_published_at timestamptz,
                version bigint not null default 1 check (version > 0),
                updated_at timestamptz not null default now(),
                constraint closes_after_opening check (opens_at < closes_at),
                constraint results_of_published_call check (results_published_at is null or published_at is not null)
            );
            create index calls_by_region on calls (region, id);
            -- Every version of every call, with who made it.
            create table call_versions (
                call_id uuid not null references calls on delete cascade,
                version bigint not null,
                document jsonb not null,
                changed_by text not null,
                changed_for text,
                changed_at timestamptz not null default now(),
                primary key (call_id, version)
            );

            create table applications (
                id uuid primary key,
                call_id uuid not null references calls,
                document jsonb not null,
                state text not null default 'brouillon' check (state in ('brouillon', 'candidate', 'en-instruction',
                    'accorde', 'refuse', 'suspendu', 'retire', 'desiste')),
                -- What its criteria were found to be when it was filed.
                evaluation json,
                filed_at timestamptz,
                decided_on date,
                -- Whether its decision is public: the structure's label follows it.
                in_force boolean not null default false,
                version bigint not null default 1 check (version > 0),
                updated_at timestamptz not null default now(),
                constraint filed_unless_draft check ((state = 'brouillon') = (filed_at is null)),
                constraint decided_in_force check (not in_force or decided_on is not null)
            );
            create index applications_by_call on applications (call_id, id);
            create table application_structures (
                application_id uuid not null references applications on delete cascade,
                structure_id uuid not null constraint structure_of_application references structures,
                -- 0 leads.
                place bigint not null,
                call_id uuid not null references calls,
                territory text,
                agreed_at timestamptz,
                is_filed boolean not null default false,
                -- The structure's label before it applied.
                label_before jsonb,
                primary key (application_id, structure_id),
                constraint lead_agrees check (place > 0 or agreed_at is not null)
            );
            create index application_structures_by_structure on application_structures (structure_id);
            create unique index one_application_of_a_structure
                on application_structures (call_id, structure_id, territory) nulls not distinct where is_filed;

            -- Steps of an application, or of the list of a call, with who took them for whom.
            create table procedure_steps (
                call_id uuid not null references calls,
                application_id uuid references applications,
                number bigint not null,
                step text not null,
                step_on date not null,
                taken_at timestamptz not null,
                taken_by text not null,
                taken_for text,
                document jsonb not null
            );
            create unique index steps_in_order on procedure_steps (call_id, application_id, number)
                nulls not distinct;

            -- The label that the procedure last gave a structure, and how many decisions of it were told.
            create table structure_labels (
                structure_id uuid primary key references structures,
                label jsonb not null,
                told bigint not null default 0
            );
            alter table structure_versions drop constraint operation_known,
                add constraint operation_known check (operation in ('created', 'updated', 'imported', 'relocated',
                    'verified', 'moved', 'merged', 'removed', 'labelled'));
            """)
}
