import Testing

@testable import Postgres
@testable import ReferralService

/// A function that several migrations write is what the last of them says: whoever changes it next begins there.
@Suite("Functions and triggers of the broker that were written anew")
struct RewrittenTextTests {
    /// By migration, what it holds the text of, that others held before.
    private static let present: [Int: Set<String>] = [
        11: ["function unlink_event_person"],
        12: ["function guard_consent", "function is_in_force"],
        26: ["function wind_up"],
        36: ["function guard_redirect"],
        38: [
            "function consent_was_withdrawn", "function forget_person", "function let_go", "function note_for_ledger",
            "function referral_was_taken_back", "trigger let_go on referrals", "trigger told_to_ledger on referrals",
        ],
    ]

    @Test("stand in these migrations")
    func places() throws {
        let written = try Regex(
            #"create (?:or replace )?(?:(function) (\w+)|(trigger) (\w+) (?:before|after)[^;]*? on (\w+))"#)
        var places: [String: [Int]] = [:]
        for migration in ReferralMigrations.all {
            let names = migration.sql.text.matches(of: written).map { match in
                match.output.dropFirst().compactMap(\.substring).joined(separator: " ")
            }
            for name in Set(names) { places[Self.spelled(name), default: []].append(migration.number) }
        }
        let last = places.filter { $0.value.count > 1 }.mapValues { $0.max() ?? 0 }
        let found = Dictionary(grouping: last.keys) { last[$0] ?? 0 }.mapValues(Set.init)
        #expect(found == Self.present)
    }

    /// `trigger let_go on referrals`, of its three words.
    private static func spelled(_ name: String) -> String {
        let words = name.split(separator: " ")
        return words.count == 3 ? "\(words[0]) \(words[1]) on \(words[2])" : name
    }
}
