import Foundation
import Schema
import Support
import Testing

@testable import Tokens

/// One token, one text. Removing `Base64URL`'s check of trailing bits or of its alphabet, the check of the number of
/// segments or of their emptiness, or the limit of 8 KiB, fails this suite.
@Suite("Shape of a token")
struct ShapeTests {
    @Test("No other spelling of a token's base64 is the token")
    func base64Mutations() async throws {
        let bench = try await Bench()
        let sound = try await bench.token()
        let parts = sound.split(separator: ".").map(String.init)
        var mutations: [String] = []
        for index in 0..<3 {
            func replacing(_ text: String) {
                var changed = parts
                changed[index] = text
                mutations.append(changed.joined(separator: "."))
            }
            let part = parts[index]
            let middle = part.index(part.startIndex, offsetBy: part.count / 2)
            for foreign in ["=", "!", " ", "\n", "\r\n", "\t", "+", "/", "%3D", "é", "\u{0}", "A=", "~", "."] {
                replacing(part + foreign)
                replacing(foreign + part)
                replacing(part[..<middle] + foreign + part[middle...])
            }
            replacing(part + "==")
            replacing(part + "A")
            replacing(part.replacing("-", with: "+").replacing("_", with: "/") + "=")
            for letter in Self.sameBits(as: part) { replacing(part.dropLast() + letter) }
        }
        mutations += [sound + ".", "." + sound, sound + ".e30", "Bearer " + sound, sound + " ", "\"\(sound)\""]
        #expect(mutations.count > 130)
        for mutation in mutations {
            let refusal = await bench.refusal(of: mutation)
            #expect(refusal == .malformed || refusal == .badSignature, "\(mutation)")
        }
        #expect(bench.verifications.value == 0)
        #expect(await bench.refusal(of: sound) == nil)
    }

    /// Letters in whose place a loose decoder reads the same octets from the last letter.
    private static func sameBits(as part: String) -> [String] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let loose = [0, 0, 16, 4][part.count % 4]
        let last = alphabet.firstIndex(of: part.last!)!
        guard loose > 0 else { return [] }
        return ((last / loose * loose)..<(last / loose * loose + loose)).filter { $0 != last }
            .map { String(alphabet[$0]) }
    }

    @Test("Base64url is exactly what Foundation's encoder gives, and nothing else decodes")
    func base64Oracle() {
        var generator = SeededGenerator(seed: 1)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = base64URL(Data(bytes))
            #expect(Base64URL.encode(bytes) == text)
            #expect(Base64URL.decode(text.utf8) == bytes)
        }
        // Of all texts of two letters, those that decode are those that one octet encodes to.
        let all = (0...255).map { UInt8($0) }
        let canonical = Set(all.map { Base64URL.encode([$0]) })
        let letters = all.filter { $0 < 128 }
        var decoded: Set<String> = []
        for first in letters {
            for second in letters where Base64URL.decode([first, second]) != nil {
                decoded.insert(String(decoding: [first, second], as: UTF8.self))
            }
        }
        #expect(decoded == canonical)
    }

    @Test(
        "Three segments, none of them empty",
        arguments: [
            "", ".", "..", "...", "a", "a.b", "e30.e30", "e30.e30.", ".e30.e30", "e30..e30", "e30.e30.e30.e30",
            "....e30",
        ])
    func segments(text: String) async throws {
        #expect(await (try await Bench()).refusal(of: text) == .malformed)
    }

    @Test("A token of 8 KiB is read, one octet more is not")
    func longestToken() async throws {
        let bench = try await Bench()
        /// Members of no meaning make the token as long as wanted: lengths of base64 leave gaps, two segments fill them.
        func token(length: Int) async throws -> String {
            for headerPadding in 0..<4 {
                for padding in 5_600..<5_900 {
                    let token = try await bench.token(
                        header: ["pad": "\"\(String(repeating: "x", count: headerPadding))\""],
                        claims: ["pad": "\"\(String(repeating: "x", count: padding))\""])
                    if token.utf8.count == length { return token }
                }
            }
            return try #require(nil, "no token has \(length) bytes")
        }
        #expect(await bench.refusal(of: try await token(length: 8_191)) == nil)
        #expect(await bench.refusal(of: try await token(length: 8_192)) == nil)
        #expect(await bench.refusal(of: try await token(length: 8_193)) == .malformed)
        #expect(await bench.refusal(of: String(repeating: "A", count: 8_193)) == .malformed)
    }

    @Test("Header and claims are strict JSON objects, signed or not")
    func strictJSON() async throws {
        let bench = try await Bench()
        let header = bench.header()
        let claims = bench.claims()
        let soundHeader = String(header.dropLast())
        let headers = [
            #"{"alg":"ES256","alg":"HS256","# + header.dropFirst(),
            soundHeader + #","alg":"ES256"}"#,
            soundHeader + #","\u0061lg":"HS256"}"#,
            soundHeader + #","a\u006cg":"ES256"}"#,
            soundHeader + #",}"#,
            "\u{FEFF}" + header, header + "x", header + "\u{0}", "[]", "null", "{}", "\"\"", "[\(header)]",
            soundHeader + #","x":"\ud800"}"#,
            soundHeader + #","x":"\u0000"}"#,
            soundHeader + #","x":1e999}"#,
            soundHeader + ",\"x\":" + String(repeating: "[", count: 8) + String(repeating: "]", count: 8) + "}",
        ]
        for text in headers {
            #expect(
                await bench.refusal(of: try await bench.key.sign(header: text, claims: claims)) == .malformed, "\(text)"
            )
        }
        let soundClaims = String(claims.dropLast())
        let claimTexts = [
            soundClaims + #","exp":99999999999}"#,
            soundClaims + #","\u0065xp":99999999999}"#,
            soundClaims + #","scope":"audit:read"}"#,
            soundClaims + #",}"#,
            "{}", "[]", "1", "", " ", "\u{FEFF}" + claims,
        ]
        for text in claimTexts {
            #expect(
                await bench.refusal(of: try await bench.key.sign(header: header, claims: text)) == .malformed, "\(text)"
            )
        }
        let overlong = Data(header.dropLast().utf8) + Data([0x2C, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x31, 0x7D])
        let token = try await bench.key.sign(header: overlong, claims: Data(claims.utf8))
        #expect(await bench.refusal(of: token) == .malformed)
        #expect(bench.verifications.value == 0)
    }
}
