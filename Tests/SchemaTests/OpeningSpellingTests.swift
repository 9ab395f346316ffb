import Schema
import Testing

/// How people in France write hours, and parts of the grammar that France has no use for: refused, never guessed.
@Suite("Opening hours in other spellings")
struct OpeningSpellingTests {
    @Test(
        "are refused where they leave the grammar",
        arguments: [
            ("Lun-Ven 09:00-12:00", 1, .weekday), ("lu-ve 9h-12h", 1, .weekday), ("Mo-Fr 9h-12h", 7, .time),
            ("Mo-Fr 09.00-12.00", 7, .time), ("Mo-Fr 09:00 - 12:00", 12, .pointInTime),
            ("Mo–Fr 09:00-12:00", 3, .unexpected), ("Mo-Fr: 09:00-12:00", 6, .unexpected),
            ("Mo-Fr 09:00-12:00 / 14:00-17:00", 19, .unexpected), ("Mo-Fr 09:00-12:00 et 14:00-17:00", 19, .unexpected),
            ("Mo-Fr 09:00-12:00 & 14:00-17:00", 19, .unexpected),
            ("Mo-Fr 09:00-12:00\nSa 10:00-12:00", 18, .unexpected),
            ("Mo-Fr 09:00-12:00; fermé", 20, .weekday), ("Fermé le lundi", 1, .weekday),
            ("sur rendez-vous", 1, .weekday),
            ("Mo-Fr sur rendez-vous", 7, .unexpected), ("PH fermé", 4, .unexpected), ("24h/24", 1, .time),
            ("24/24", 1, .time), ("7j/7", 1, .time), ("Mo-Fr 08:00-12:00; Août off", 20, .weekday),
            ("juil-août off", 1, .weekday), ("14 Jul off", 1, .time), ("14/07 off", 1, .time),
            ("Mo-Fr 25:00-26:00", 7, .timeOrder), ("Mo-Fr 09:00-12:00 PH off", 19, .unexpected),
            ("Mo-Fr 09:00-12:00,PH off", 19, .time), ("semaine 20 off", 1, .weekday), ("weeks 20 off", 1, .weekday),
            ("vacances off", 1, .weekday), ("SH Zone B off", 4, .unexpected), ("week 10-20,25/2 off", 15, .step),
            ("Mo - Fr 09:00-12:00", 4, .dayOffset), ("Mo[1] -1 day 09:00-12:00", 7, .dayOffset),
            ("2026/2027 off", 5, .yearStep), ("easter -2 days off", 1, .variableDate),
            ("Dec 25-easter off", 8, .variableDate),
            ("Mo-Fr 09:00-sunset", 13, .variableTime), ("Mo-Fr dusk-22:00", 7, .variableTime),
            ("Mo-Fr 10:00-16:00/01:30", 18, .interval), ("Mo-Fr 18:00-20:00+", 18, .openEnd),
        ] as [(String, Int, OpeningHoursFlaw.Reason)])
    func refused(_ text: String, _ position: Int, _ reason: OpeningHoursFlaw.Reason) {
        do throws(OpeningHoursFlaw) {
            Issue.record("«\(text)» was read as «\(try OpeningHours(parsing: text).text)»")
        } catch {
            #expect(error == OpeningHoursFlaw(reason: reason, position: position), "\(text)")
            #expect(error.flaw.detail.fr.hasPrefix("Position \(position) : "))
        }
    }
}
