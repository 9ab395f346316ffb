import Schema

/// An event of INSEE's history that made one code another, or left it as it was.
struct CommuneChange: Sendable, Hashable {
    let date: CalendarDate
    let before: String
    /// Whether `before` was a commune then, not a part of one (*déléguée* or *associée*).
    let wasCommune: Bool
    let after: String
}

/// Which commune a code of the past is today.
///
/// Only what was a commune and became (part of) a commune is a succession. What became municipal arrondissements or
/// *communes déléguées* beside it is not: Marseille is still Marseille.
struct CommuneHistory: Sendable {
    private let successors: [String: String]
    /// Codes that are said to have become one another in a circle: no succession at all, and a mistake of the file's.
    let contradictory: [String]

    init(_ changes: [CommuneChange]) {
        var outcomes: [String: [CommuneChange]] = [:]
        var lastAppearance: [String: CalendarDate] = [:]
        for change in changes {
            if change.wasCommune { outcomes[change.before, default: []].append(change) }
            if change.before != change.after || !change.wasCommune {
                lastAppearance[change.after] = max(lastAppearance[change.after] ?? change.date, change.date)
            }
        }
        var successors: [String: String] = [:]
        for (code, changes) in outcomes {
            guard let date = changes.map(\.date).max() else { continue }
            let last = changes.filter { $0.date == date }.map(\.after)
            // It went on beside what was taken from it, or has been re-established since.
            if last.contains(code) { continue }
            if let appearance = lastAppearance[code], appearance > date { continue }
            // Divided among several (Creusy in 1965): the first by code stands for them.
            successors[code] = last.min()
        }
        contradictory = successors.keys.filter { Self.end(of: $0, along: successors) == $0 }.sorted()
        for code in contradictory { successors[code] = nil }
        self.successors = successors
    }

    /// Codes that are no longer a commune's.
    var formerCodes: some Collection<String> { successors.keys }

    /// The code that a code leads to today: itself, unless it has ended.
    func current(_ code: String) -> String { Self.end(of: code, along: successors) }

    /// Where the succession ends; in a circle that comes back to the code, the code itself.
    private static func end(of code: String, along successors: [String: String]) -> String {
        var (current, seen): (String, Set<String>) = (code, [])
        while let next = successors[current], next != code, seen.insert(next).inserted { current = next }
        return successors[current] == code ? code : current
    }
}
