import Foundation
import Schema
import Support
import Testing

@testable import Tokens

/// Mutations of sound tokens by a seeded generator: none is accepted, none crashes the process.
/// `SPRO_FUZZ_RUNS` sets their number (20,000 by default, 1,000,000 for the full battery).
@Suite("Mutated tokens")
struct FuzzTests {
    private static let runs = ProcessInfo.processInfo.environment["SPRO_FUZZ_RUNS"].flatMap(Int.init) ?? 20_000

    @Test("No mutation of a token is accepted")
    func mutations() async throws {
        let keys = [try await TestKey.es256(), try await .rsa()]
        let bench = try await Bench(keys: keys)
        let sound = [try await bench.token(key: keys[0]), try await bench.token(key: keys[1])]
        for token in sound { #expect(await bench.refusal(of: token) == nil) }
        var generator = SeededGenerator(seed: 7519)
        var accepted: [String] = []
        for _ in 0..<Self.runs {
            let token = Self.mutate(sound.randomElement(using: &generator)!, &generator)
            if sound.contains(token) { continue }
            if await bench.refusal(of: token) == nil { accepted.append(token) }
        }
        #expect(accepted.isEmpty, "\(accepted.prefix(3))")
        // Were all of them refused for their shape, the signature would not have been tested.
        #expect(bench.verifications.value > Self.runs / 10)
    }

    @Test("Genuinely signed nonsense crashes nothing, and is accepted only with claims that are as agreed")
    func signedMutations() async throws {
        let bench = try await Bench()
        var generator = SeededGenerator(seed: 9068)
        let claims = bench.claims(["spro_structures": "[\"0199a0b0-0000-7000-8000-000000000000\"]"])
        for _ in 0..<(Self.runs / 10) {
            let changed = Self.mutate(bytes: Array(claims.utf8), &generator)
            let token = try await bench.key.sign(header: Data(bench.header().utf8), claims: Data(changed))
            guard await bench.refusal(of: token) == nil else { continue }
            // Foundation takes the first of duplicate members; that there is none is what ours has made sure of.
            let object = try #require(try JSONSerialization.jsonObject(with: Data(changed)) as? [String: Any])
            #expect(object["iss"] as? String == bench.issuer.name)
            #expect((object["aud"] as? [String])?.contains("directory") == true)
            let expires = try #require(object["exp"] as? Int)
            let issued = try #require(object["iat"] as? Int)
            #expect(expires + 60 > bench.clock.unixTime && expires - issued <= 3600)
        }
    }

    /// Changes the text itself, or what one of its segments says.
    private static func mutate(_ token: String, _ generator: inout SeededGenerator) -> String {
        if Bool.random(using: &generator) {
            return String(decoding: mutate(bytes: Array(token.utf8), &generator), as: UTF8.self)
        }
        var parts = token.split(separator: ".").map(String.init)
        let index = Int.random(in: 0..<3, using: &generator)
        let bytes = Base64URL.decode(parts[index].utf8)!
        parts[index] = Base64URL.encode(mutate(bytes: bytes, &generator))
        return parts.joined(separator: ".")
    }

    private static func mutate(bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(bytes.randomElement(using: &generator)!, at: index)
            case 4: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &generator))
            case 5: bytes[index] = Array("0123456789abcXYZ\"{}[],:.-_".utf8).randomElement(using: &generator)!
            default:
                let end = min(bytes.count, index + Int.random(in: 1...16, using: &generator))
                bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
            }
        }
        return bytes
    }
}
