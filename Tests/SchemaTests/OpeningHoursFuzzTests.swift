import Foundation
import Schema
import Support
import Testing

@Suite("Opening hours: seeded mutations")
struct OpeningHoursFuzzTests {
    private static let seeds = [
        "Mo-Fr 09:00-12:30,13:30-17:00; PH off", "24/7", "Mo-Fr 08:00-12:00, We 14:00-18:00; SH Mo-Fr 10:00-12:00",
        "Jul-Aug: Mo-Fr 09:00-12:00; Dec 24-Jan 1 off", "2026 May 1-2027 Jan 3 off || \"sur rendez-vous\"",
        "week 1-53/2 Mo[1,-1],We 22:00-26:00 open \"accueil\"", "2026-2027 Jul 14 off; PH,SH Sa closed \"été\"",
        "unknown; Fr-Mo 00:00-24:00", "2026 Jul-Aug Th[1-3] 14:00-17:00 unknown",
    ].map { Array($0.unicodeScalars) }

    private static let tokens = [
        "Mo", "Su", "-", ",", ", ", ";", " || ", " ", "09:00-12:00", "22:00-26:00", "9:00", "PH", "SH", "week ", "/2",
        "53", "2026 ", "Jul", "Feb 29", "[1]", "[-1]", "off", "open", "unknown", "\"", "\"é\"", ":", "+", "24/7",
        "easter", "sunset", "0", "\u{0}", "😀", "e\u{301}", "\n", "99999999999999999999",
    ].map { Array($0.unicodeScalars) }

    @Test("no mutation crashes the parser; what it accepts reads back from its own spelling as the same hours")
    func mutations() throws {
        var generator = SeededGenerator(seed: 672)
        var accepted = 0
        var reasons: [OpeningHoursFlaw.Reason: Int] = [:]
        for run in 0..<runs(100_000) {
            var scalars = generator.pick(Self.seeds)
            for _ in 0..<generator.int(1...3) { mutate(&scalars, &generator) }
            let text = String(String.UnicodeScalarView(scalars))
            do throws(OpeningHoursFlaw) {
                let hours = try OpeningHours(parsing: text)
                accepted += 1
                let printed = hours.text
                guard
                    printed.unicodeScalars.count > OpeningHours.maximumLength
                        || (try? OpeningHours(parsing: printed)) == hours
                else {
                    Issue.record("run \(run): «\(text)» is printed «\(printed)»")
                    return
                }
            } catch {
                reasons[error.reason, default: 0] += 1
                guard (1...scalars.count + 1).contains(error.position) else {
                    Issue.record("run \(run): «\(text)» is wrong at \(error.position)")
                    return
                }
            }
        }
        // The mutations reach both sides of nearly every rule.
        #expect(accepted > 5000)
        #expect(reasons.count >= 25, "\(reasons)")
    }

    private func mutate(_ scalars: inout [Unicode.Scalar], _ generator: inout SeededGenerator) {
        let place = generator.int(0...scalars.count)
        switch generator.int(0...5) {
        case 0: if place < scalars.count { scalars.remove(at: place) }
        case 1, 2: scalars.insert(contentsOf: generator.pick(Self.tokens), at: place)
        case 3: if place < scalars.count { scalars[place] = generator.pick(generator.pick(Self.tokens)) }
        case 4:
            let other = generator.pick(Self.seeds)
            scalars.insert(contentsOf: other[generator.int(0...other.count)...], at: place)
        default: scalars.removeSubrange(min(place, generator.int(0...scalars.count))..<place)
        }
    }
}
