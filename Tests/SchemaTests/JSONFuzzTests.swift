import Foundation
import Schema
import Support
import Testing

@Suite("Strict JSON: seeded mutations")
struct JSONFuzzTests {
    private static let seeds = [
        #"{"name":"Mission locale","networks":["ml","cio"],"n":[0,-1,2.5,1e3,-0,9223372036854775808],"ok":true}"#,
        #"{"a":{"b":{"c":[null,false,{"d":"é€😀"}]}},"\u00e9":"\ud83d\ude00","\/":"\"\\\b\f\n\r\t"}"#,
        #"[[[[[[[[[]]]]]]]],{},"",0,"\u0061"]"#, " [ 1 , 2 ,\t3\r\n] ", #""caf\u00e9 e\u0301""#, "-12.50E+07", "null",
        #"{"latitude":47.218371,"longitude":-1.553621,"precision":"rue"}"#,
        #"{"":"","a":1,"A":2,"aa":[1.0,1.00,10e-1]}"#,
    ]
    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "0", "-", ".", "e", "E", "+",
        "1e999", "null", "true", "false", " ", "\n", "\u{0}", "\u{301}", "\"a\":1,", ",\"a\":1", "//", "é", "\u{FEFF}",
    ].map { Array($0.utf8) }

    @Test("no mutation crashes the parser, and what it accepts Foundation reads as the same value")
    func mutations() throws {
        var generator = SeededGenerator(seed: 8259)
        var accepted = 0
        var reasons: [JSONSyntaxError.Reason: Int] = [:]
        let seeds = Self.seeds.map { Array($0.utf8) }
        for run in 0..<runs(50_000) {
            var bytes = generator.pick(seeds)
            for _ in 0..<generator.int(1...3) { mutate(&bytes, among: seeds, &generator) }
            do throws(JSONSyntaxError) {
                let value = try JSONValue(parsing: bytes)
                accepted += 1
                guard agreesWithFoundation(value, bytes) else {
                    Issue.record("run \(run): Foundation reads \(String(decoding: bytes, as: UTF8.self)) otherwise")
                    return
                }
                let again = written(value)
                guard try JSONValue(parsing: again) == value, agreesWithFoundation(value, again) else {
                    Issue.record("run \(run): written as \(String(decoding: again, as: UTF8.self))")
                    return
                }
            } catch {
                reasons[error.reason, default: 0] += 1
                #expect((0...bytes.count).contains(error.offset))
            }
        }
        // The mutations reach both sides of nearly every rule.
        #expect(accepted > 1000)
        #expect(reasons.count >= 10, "\(reasons)")
    }

    private func mutate(_ bytes: inout [UInt8], among seeds: [[UInt8]], _ generator: inout SeededGenerator) {
        let place = generator.int(0...bytes.count)
        switch generator.int(0...6) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(generator.int(0...7)) }
        case 1: if place < bytes.count { bytes[place] = UInt8(generator.int(0...255)) }
        case 2: if place < bytes.count { bytes.remove(at: place) }
        case 3, 4: bytes.insert(contentsOf: generator.pick(Self.tokens), at: place)
        case 5:
            let other = generator.pick(seeds)
            bytes.insert(contentsOf: other[generator.int(0...other.count)...], at: place)
        default:
            let end = generator.int(place...bytes.count)
            bytes.insert(contentsOf: bytes[place..<end], at: end)
        }
    }

    private func agreesWithFoundation(_ value: JSONValue, _ bytes: [UInt8]) -> Bool {
        // Foundation drops U+FEFF at a string's start; we keep it, and the rules for texts refuse it.
        if String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{FEFF}") { return true }
        guard let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            return false
        }
        return isSame(value, theirs)
    }

    private func isSame(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let flag): return theirs as? Bool == flag
        case .number(let number):
            // Foundation goes by way of decimals where an integer exceeds 64 bits, and may miss the last place.
            guard let value = number.double, let other = (theirs as? NSNumber)?.doubleValue else { return false }
            return abs(other - value) <= (number.text.utf8.count > 18 ? 2 * value.ulp : 0)
        case .string(let text): return (theirs as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
        case .array(let values):
            guard let others = theirs as? [Any], others.count == values.count else { return false }
            return zip(values, others).allSatisfy { isSame($0, $1) }
        case .object(let object):
            guard let others = theirs as? [String: Any], others.count == object.members.count else { return false }
            return object.members.allSatisfy { member in others[member.name].map { isSame(member.value, $0) } ?? false }
        }
    }
}
