import Crypto
import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("What nobody may read")
struct SecrecyTests {
    @Test("names and numbers stand in no table, no index and no answer kept for repetition")
    func storedSealed() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            #expect(
                try await broker.get("/v1/referrals/\(made.id)", token: recipient).text.contains(ReferralFixture.canary)
            )
            let tables = try await broker.sql(
                "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            ).decode(String.self)
            for table in tables {
                let name = try #require(Identifier(table))
                for row in try await broker.sql("select \(name)::text from \(name)").decode(String.self) {
                    // Bytes are shown in hexadecimal.
                    let readable = row + String(decoding: Self.bytes(in: row), as: UTF8.self)
                    for secret in ReferralFixture.secrets { #expect(!readable.contains(secret), "\(table)") }
                }
            }
        }
    }

    private static func bytes(in row: String) -> [UInt8] {
        let digits = Array(row.utf8.filter { byte in Character(Unicode.Scalar(byte)).isHexDigit })
        // Whatever the alignment of one field in the row: both halves.
        return [0, 1].flatMap { offset in
            stride(from: offset, to: digits.count - 1, by: 2).compactMap { index in
                UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
            }
        }
    }

    @Test("names are in no log line, whatever goes wrong")
    func logs() async throws {
        let lines = try await captured {
            try await withReferrals(settings: ["SPRO_LOG_LEVEL": "debug"]) { broker in
                let sender = try await ReferralFixture.token(ReferralFixture.sender)
                let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
                let made = try await broker.submitted()
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, made.id, token: recipient).status == 200)
                }
                let broken = ReferralRequest().json.replacing("\"mode\"", with: "\"mood\"")
                #expect(try await broker.post("/v1/referrals", broken, token: sender).status == 422)
                // A mistake of ours: a value that does not open, a table that is not there.
                try await broker.sql("update person_fields set sealed = sealed || '\\x00' where category = 'alias'")
                #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 500)
                try await broker.sql("alter table person_fields rename column sealed to closed")
                #expect(try await broker.post("/v1/referrals", ReferralRequest().json, token: sender).status == 500)
            }
        }
        #expect(lines.contains("unexpected failure"), "the log was caught")
        for secret in ReferralFixture.secrets { #expect(!lines.contains(secret)) }
    }

    /// What the process writes to its standard streams meanwhile.
    private func captured(_ body: () async throws -> Void) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let saved = [dup(1), dup(2)]
        let target = open(file.path, O_CREAT | O_RDWR | O_TRUNC, 0o600)
        func restore() {
            fflush(nil)
            for (stream, original) in saved.enumerated() {
                dup2(original, Int32(stream + 1))
                close(original)
            }
            close(target)
        }
        fflush(nil)
        dup2(target, 1)
        dup2(target, 2)
        do {
            try await body()
        } catch {
            restore()
            throw error
        }
        restore()
        defer { try? FileManager.default.removeItem(at: file) }
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("a field opens with its key, in its place, for its person, and nowhere else")
    func sealing() throws {
        let keys = KeyEncryptionKeys([KeyEncryptionKey(SymmetricKey(size: .bits256), month: "2026-01")])
        let person = UUID.v7()
        let key = PersonKey(of: person)
        let value = Redacted(Array("Zénobie".utf8))
        let sealed = try key.seal(value, category: "identite")
        #expect(try key.open(sealed, category: "identite").revealed == value.revealed)
        #expect(try key.seal(value, category: "identite") != sealed, "every sealing has a nonce of its own")
        #expect(throws: (any Error).self) { try key.open(sealed, category: "contact") }
        let wrapped = try key.wrapped(by: keys.newest)
        let id = keys.newest.id
        let again = try PersonKey(of: person, wrapped: wrapped, by: id, among: keys)
        #expect(try again.open(sealed, category: "identite").revealed == value.revealed)
        #expect(throws: (any Error).self) { try PersonKey(of: UUID.v7(), wrapped: wrapped, by: id, among: keys) }
        let others = KeyEncryptionKeys([KeyEncryptionKey(SymmetricKey(size: .bits256), month: "2026-01")])
        #expect(throws: UnknownWrappingKey.self) { try PersonKey(of: person, wrapped: wrapped, by: id, among: others) }
        #expect(throws: (any Error).self) {
            try PersonKey(of: person, wrapped: wrapped, by: others.newest.id, among: others)
        }
        for index in sealed.indices {
            var broken = sealed
            broken[index] ^= 1
            #expect(throws: (any Error).self) { try key.open(broken, category: "identite") }
        }
    }

    @Test("a pseudonym is the same to one structure, and tells another nothing")
    func pseudonyms() throws {
        let key = PersonKey(of: UUID.v7())
        let keys = KeyEncryptionKeys([KeyEncryptionKey(SymmetricKey(size: .bits256), month: "2026-01")])
        let again = try PersonKey(
            of: key.person, wrapped: try key.wrapped(by: keys.newest), by: keys.newest.id, among: keys)
        #expect(key.pseudonym(for: ReferralFixture.recipient) == again.pseudonym(for: ReferralFixture.recipient))
        #expect(key.pseudonym(for: ReferralFixture.recipient) != key.pseudonym(for: ReferralFixture.stranger))
        #expect(
            PersonKey(of: key.person).pseudonym(for: ReferralFixture.recipient)
                != key.pseudonym(for: ReferralFixture.recipient))
    }
}
