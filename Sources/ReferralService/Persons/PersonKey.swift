import Crypto
import Foundation
import Schema

/// One person's own key: seals their fields (AES-256-GCM, NIST SP 800-38D) and makes their pseudonyms. Where it is
/// destroyed, nothing of the person can be read any more.
struct PersonKey: Sendable {
    let person: UUID
    private let key: SymmetricKey

    init(of person: UUID) {
        self.person = person
        key = SymmetricKey(size: .bits256)
    }

    /// - Parameter id: as the row names the key that wrapped it.
    /// - Throws: ``UnknownWrappingKey`` where there is no such key; `CryptoKitError` where the bytes were wrapped by
    ///   another one, or for another person.
    init(of person: UUID, wrapped: [UInt8], by id: String, among keys: KeyEncryptionKeys) throws {
        guard let wrapping = keys.key(named: id) else { throw UnknownWrappingKey() }
        self.person = person
        let box = try AES.GCM.SealedBox(combined: wrapped)
        key = SymmetricKey(
            data: try AES.GCM.open(box, using: wrapping.key, authenticating: Self.place(person, "key", id)))
    }

    /// - Parameter id: as the row is to name the wrapping key; nil: by its id.
    func wrapped(by wrapping: KeyEncryptionKey, named id: String? = nil) throws -> [UInt8] {
        let data = key.withUnsafeBytes { Data($0) }
        return try Self.seal(data, wrapping.key, Self.place(person, "key", id ?? wrapping.id))
    }

    func seal(_ value: Redacted<[UInt8]>, category: String) throws -> [UInt8] {
        try Self.seal(Data(value.revealed), key, Self.place(person, category, "1"))
    }

    func open(_ sealed: [UInt8], category: String) throws -> Redacted<[UInt8]> {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Redacted(Array(try AES.GCM.open(box, using: key, authenticating: Self.place(person, category, "1"))))
    }

    /// Who the person is to one structure: always the same to it, unlinkable to what others see.
    func pseudonym(for structure: UUID) -> String {
        let own = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data("spro pairwise pseudonym".utf8), outputByteCount: 32)
        let code = HMAC<SHA256>.authenticationCode(for: Data(structure.text.utf8), using: own)
        return "p-" + code.prefix(16).hexadecimal
    }

    private static func seal(_ value: Data, _ key: SymmetricKey, _ place: Data) throws -> [UInt8] {
        guard let combined = try AES.GCM.seal(value, using: key, authenticating: place).combined else {
            preconditionFailure("a nonce of twelve bytes combines")
        }
        return Array(combined)
    }

    /// Row, column and key version: a value moved to another place does not open.
    private static func place(_ person: UUID, _ column: String, _ version: String) -> Data {
        Data("\(person.text)|\(column)|\(version)".utf8)
    }
}

/// A row names a key-encryption key that the service does not have (`SPRO_KEY_ENCRYPTION_KEYS`).
struct UnknownWrappingKey: Error {}
