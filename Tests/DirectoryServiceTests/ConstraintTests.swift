import Foundation
import Postgres
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Constraints of the schema")
struct ConstraintTests {
    /// Those that nobody outside can break, and why.
    private static let unreachable = [
        // Judged before: what does not pass never comes near the database.
        "name_length": "a name has at most 200 characters of at most four code points each",
        "siret_format": "a SIRET is read by the rule of its digits",
        "site_of_its_own": "a location demands an address",
        "communes_insee_code_check": "codes are read by their rule", "communes_latitude_check": "read in its range",
        "communes_longitude_check": "read in its range", "communes_population_check": "read in its range",
        "territories_kind_check": "kinds are those of the vocabulary without departments",
        // Written by us alone.
        "structures_pkey": "new ids are drawn; an import updates the present", "version_positive": "counted by us",
        "structure_versions_pkey": "follows the structure's version, whose row is locked",
        "structure_versions_structure_id_fkey": "what is removed stays as a row",
        "structure_of_offer": "what is removed stays as a row", "communes_pkey": "an import updates the present",
        "territory_exists": "written beside its territory", "geography_changes_pkey": "one row, made by a migration",
        "geography_changes_only_one_check": "one row, made by a migration",
        "successor_of_removed": "written with the removal", "removed_is_bare": "written with the removal",
        "operation_known": "written by us",
        "parents_are_sound": "a trigger, which speaks by names of its own",
        "commune_changes_pkey": "inserted with on conflict", "commune_contours_pkey": "inserted with on conflict",
        "commune_locations_pkey": "inserted with on conflict",
        "event_outbox_pkey": "ids are generated", "event_outbox_check": "told by us",
        "event_outbox_sequence_check": "versions, which grow from 1", "event_epochs_pkey": "begun under a lock",
        "one_event_of_a_sequence": "told under the version of a locked row",
        "told_territories_pkey": "told with on conflict", "idempotency_keys_pkey": "claimed with on conflict",
        "idempotency_keys_key_check": "read by its rule",
        "idempotency_keys_fingerprint_check": "computed by us",
        "schema_migrations_pkey": "written by the migrator",
        "listings_pkey": "new ids are drawn; an import updates the present",
        "listings_list_check": "named by the type of the draft", "listings_version_check": "counted by us",
        "listing_versions_pkey": "follows the entry's version, whose row is locked",
        "listing_versions_listing_id_fkey": "entries are not deleted, only their documents",
        "calls_pkey": "new ids are drawn", "calls_version_check": "counted by us",
        "label_is_public": "the states of a file are judged, those of our rule are public",
        "call_operation_known": "written by us",
        "closes_after_opening": "the clocks are compared before", "results_of_published_call": "written by us",
        "call_versions_pkey": "follows the call's version, whose row is locked",
        "call_versions_call_id_fkey": "deleted with the call", "applications_pkey": "new ids are drawn",
        "applications_state_check": "the states of our table", "applications_version_check": "counted by us",
        "filed_unless_draft": "written with the step", "decided_in_force": "written with the decision",
        "application_structures_pkey": "the members of an answer are a set without its lead",
        "application_structures_application_id_fkey": "written beside its application",
        "application_structures_call_id_fkey": "its application's constraint speaks first",
        "lead_agrees": "agrees by writing", "procedure_steps_call_id_fkey": "a call that was published is not deleted",
        "procedure_steps_application_id_fkey": "only drafts are deleted, which have no step",
        "steps_in_order": "counted under the lock of what they are of",
        "imports_pkey": "new ids are drawn", "imports_format_check": "the formats of our type",
        "imports_state_check": "the states of our type", "import_pieces_pkey": "counted by us",
        "import_pieces_import_id_fkey": "written while the import receives, deleted with it",
        "one_import_of_a_region": "said by the repository, as the conflict that it is",
        "structure_labels_pkey": "written with on conflict",
        "structure_labels_structure_id_fkey": "what is removed stays as a row",
        "territory_coordinations_pkey": "written with on conflict",
        "coordination_version_positive": "counted by us", "coordination_operation_known": "written by us",
        "territory_coordination_versions_pkey": "follows the coordination's version, whose row is locked",
        "coordination_of_version": "coordinations are not deleted",
    ]

    @Test("have a sentence where a caller can break them, and a reason where not")
    func sentences() async throws {
        try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { database in
            let (declared, raised) = try await Connection.with(database.superuserConfiguration) { connection in
                let declared = try await connection.query(
                    """
                    select conname::text from pg_constraint where connamespace = 'public'::regnamespace
                    union
                    select indexrelid::regclass::text from pg_index join pg_class c on c.oid = indexrelid
                    where indisunique and c.relnamespace = 'public'::regnamespace
                    """
                ).decode(String.self)
                let raised = try await connection.query(
                    """
                    select (regexp_matches(prosrc, 'constraint = ''([a-z_]+)''', 'g'))[1] from pg_proc
                    where pronamespace = 'public'::regnamespace
                    """
                ).decode(String.self)
                return (declared, raised)
            }
            let said = Set(StructureConstraints.violations.keys).union(GeographyConstraints.violations.keys)
                .union(CallConstraints.refusals.keys)
            let present = Set(declared + raised)
            #expect(present.subtracting(said).subtracting(Self.unreachable.keys) == [])
            #expect(said.union(Self.unreachable.keys).subtracting(present) == [], "no longer in the schema")
            #expect(said.isDisjoint(with: Self.unreachable.keys))
            #expect(Set(raised).count == 7)
        }
    }
}
