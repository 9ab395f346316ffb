import Postgres

extension Migration {
    /// Labels say what everybody may know, and calls keep why they changed.
    static let publicLabels = Migration(
        number: 18, name: "labels that everybody may know",
        sql: """
            -- Who applies, and who was refused, is between the candidate, its examiner and the region: in its place
            -- stands what the structure's applications have come to, if anything (`LabelRule`). No version is made of
            -- it, whose events nobody could write here; copies are told by the change.
            update structures s set changed_xid = pg_current_xact_id(), document = jsonb_set(s.document, '{label}',
                coalesce((
                    select jsonb_build_object('state', a.state, 'charter', c.charter, 'decided_on', coalesce(
                        (select max(p.step_on) from procedure_steps p where p.application_id = a.id
                            and a.state <> 'accorde' and p.step in ('suspension', 'retrait')), a.decided_on))
                    from application_structures m join applications a on a.id = m.application_id
                        join calls c on c.id = a.call_id
                    where m.structure_id = s.id and a.in_force and a.state in ('accorde', 'suspendu', 'retire')
                        and c.procedure ->> 'procedure' = 'labellisation'
                    order by a.state, a.decided_on desc, a.id desc limit 1), 'null'))
            where s.removed_at is null
                and s.document -> 'label' ->> 'state' in ('candidate', 'en-instruction', 'refuse');
            alter table structures add constraint label_is_public check (removed_at is not null
                or coalesce(document -> 'label' ->> 'state', 'aucun') in ('aucun', 'accorde', 'suspendu', 'retire'));

            -- Null where decisions were told, and none of them gave a label.
            alter table structure_labels alter column label drop not null;
            update structure_labels l set label = nullif(s.document -> 'label', 'null') from structures s
            where s.id = l.structure_id and l.label ->> 'state' in ('candidate', 'en-instruction', 'refuse', 'aucun');
            -- A label is derived from all applications: what it was before one of them says nothing.
            alter table application_structures drop column label_before;

            alter table call_versions add column operation text;
            update call_versions set operation = case when version = 1 then 'created' else 'updated' end;
            alter table call_versions alter column operation set not null,
                add constraint call_operation_known
                    check (operation in ('created', 'updated', 'examiner-merged', 'examiner-removed'));
            create index calls_by_examiner on calls (examiner_id) where examiner_id is not null;
            """)
}
