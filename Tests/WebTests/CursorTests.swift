import Crypto
import Foundation
import Schema
import Testing
import Web

@Suite("Cursors")
struct CursorTests {
    private let coder = CursorCoder(key: SymmetricKey(data: Data(repeating: 7, count: 32)))
    private let query = "kind=cep-conseil&near=47.2,-1.5"

    @Test(
        "give their position back to their own query",
        arguments: ["", "a", "0|4607182418800017408|7|x", "é😀\u{1F}\n", "|||"])
    func roundTrip(_ position: String) throws {
        let cursor = coder.encode(position, for: query)
        #expect(try coder.decode(cursor, for: query) == position)
        #expect(cursor == coder.encode(position, for: query))
        let isPlain = cursor.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
                || byte == 0x5F
        }
        #expect(isPlain)
        let long = String(repeating: "p", count: 750)
        #expect(try coder.decode(coder.encode(long, for: query), for: query) == long)
    }

    @Test("are refused for another query and under another key")
    func foreign() {
        let cursor = coder.encode("42", for: query)
        for other in ["", query + "&", String(query.dropLast()), query.uppercased(), "near=47.2,-1.5&kind=cep-conseil"]
        {
            refuses(cursor, for: other)
        }
        let other = CursorCoder(key: SymmetricKey(data: Data(repeating: 8, count: 32)))
        #expect(throws: Violation.self) { try other.decode(cursor, for: query) }
    }

    @Test("no part of a query passes for a position")
    func bounds() throws {
        // The authenticated bytes of (query «a␟b», position «c») must not be those of (query «a», position «b␟c»).
        let cursor = try #require(decoded(coder.encode("c", for: "a\u{1F}b")))
        let forged = Array("b\u{1F}c".utf8) + cursor.dropFirst(1)
        refuses(encoded(forged), for: "a")
        let shifted = try #require(decoded(coder.encode("bc", for: "a")))
        refuses(encoded(Array(shifted.dropFirst(1))), for: "ab")
    }

    @Test("are refused after every change of a bit, of a character, of length or of spelling")
    func altered() throws {
        let cursor = coder.encode("0|4607182418800017408|7", for: query)
        let bytes = try #require(decoded(cursor))
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << UInt8(bit)
                refuses(encoded(altered), for: query)
            }
            refuses(encoded(Array(bytes[..<index])), for: query)
            refuses(encoded(Array(bytes[(index + 1)...])), for: query)
        }
        let characters = Array(cursor)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n.%"
        for index in characters.indices {
            for replacement in alphabet where replacement != characters[index] {
                var altered = characters
                altered[index] = replacement
                refuses(String(altered), for: query)
            }
        }
        for other in [
            cursor + "A", cursor + "=", cursor + "==", " " + cursor, cursor + "\n", "", "A", "====", "é",
            String(repeating: "A", count: 2000), cursor + cursor,
        ] {
            refuses(other, for: query)
        }
    }

    @Test("keep to the canonical base64 of their bytes")
    func canonical() throws {
        // With one or two bytes over a multiple of three, the last character has bits that mean nothing.
        for position in ["ab", "abc", "abcd"] {
            let cursor = coder.encode(position, for: query)
            let last = try #require(cursor.last)
            let bytes = try #require(decoded(cursor))
            for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" where other != last {
                let twin = String(cursor.dropLast()) + String(other)
                refuses(twin, for: query)
                if decoded(twin) == bytes { refuses(twin, for: query) }
            }
        }
    }

    private func refuses(_ cursor: String, for query: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try coder.decode(cursor, for: query)
        } throws: {
            ($0 as? Violation)?.code == "invalid-cursor" && ($0 as? Violation)?.pointer == "cursor"
        }
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private func decoded(_ cursor: String) -> [UInt8]? {
        let standard = cursor.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)).map(
            Array.init)
    }
}
