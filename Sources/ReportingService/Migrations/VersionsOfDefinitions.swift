import Postgres

extension Migration {
    /// What regions make of definitions, and what became of it.
    static let versionsOfDefinitions = Migration(
        number: 11, name: "versions of definitions",
        sql: """
            insert into contribution_kinds (kind) values ('definitions');
            -- What each region has made of the indicators: its own versions of definitions.
            create table definition_versions (
                region text not null,
                code text not null,
                version text not null,
                -- Canonical JSON, and its SHA-256.
                document text not null,
                digest bytea not null check (digest = sha256(convert_to(document, 'UTF8'))),
                state text not null check (state in ('draft', 'proposed', 'refused', 'validated', 'superseded')),
                changed_at timestamptz not null,
                -- A client, never a person.
                changed_by text not null,
                primary key (region, code, version)
            );
            create unique index one_version_in_force on definition_versions (region, code)
                where state = 'validated';
            -- What became of them, step by step.
            create table definition_steps (
                region text not null,
                code text not null,
                version text not null,
                -- From 1, without gaps.
                number bigint not null check (number >= 1),
                digest bytea not null check (length(digest) = 32),
                step text not null
                    check (step in ('written', 'proposed', 'validated', 'refused', 'superseded', 'voided')),
                body text,
                session_date date,
                comment text,
                client text not null,
                at timestamptz not null default clock_timestamp(),
                primary key (region, code, version, number),
                foreign key (region, code, version) references definition_versions,
                constraint decided_by_a_body_in_a_session
                    check ((step in ('validated', 'refused')) = (body is not null)
                        and (body is null) = (session_date is null) and (body is not null or comment is null))
            );
            create function keep_definition_steps() returns trigger language plpgsql as $$
            begin
                raise exception 'what became of a definition is not rewritten' using errcode = 'SP001';
            end $$;
            create trigger keep before update or delete or truncate on definition_steps
                for each statement execute function keep_definition_steps();
            """)
}
