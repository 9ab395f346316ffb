import Postgres

extension Migration {
    /// Constraints of structures, by names that the service knows.
    static let structureConstraints = Migration(
        number: 6, name: "structure constraints",
        sql: """
            -- 200 characters as people count them may be four times as many code points.
            alter table structures drop constraint structures_name_check;
            alter table structures add constraint name_length check (length(name) between 1 and 800);
            alter table structures rename constraint structures_siret_check to siret_format;
            alter table structures rename constraint structures_version_check to version_positive;
            """)
}
