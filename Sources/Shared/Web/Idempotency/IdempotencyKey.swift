import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
package import Schema
import Tokens

/// What makes a repeated creation the same request: who, which key, which operation, which payload
/// (draft-ietf-httpapi-idempotency-key-header-07).
package struct IdempotencyKey: Sendable, Hashable {
    package let client: String
    package let key: String
    package let operation: String
    /// SHA-256 of the body's bytes: the same key with another payload is a mistake of the caller's.
    package let fingerprint: [UInt8]

    /// Reads the header of a creation.
    /// - Throws: ``Refusal`` `idempotency-key-missing` when it is absent, empty, longer than 128 characters, not
    ///   printable ASCII or a national identifier: it is stored.
    package init(
        of request: Request, _ context: ServiceContext, operation: String, body: [UInt8]
    ) throws(Refusal) {
        // The draft spells the key as a structured-field string; bare tokens are as common, and mean the same.
        let key = request.headers[.idempotencyKey]?.filter { $0 != "\"" } ?? ""
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refusal(
                .idempotencyKeyMissing, fr: "L’en-tête Idempotency-Key est requis (1 à 128 caractères ASCII visibles).",
                en: "The header Idempotency-Key is required (1 to 128 visible ASCII characters).")
        }
        guard !NationalIdentifier.isFound(inCode: key) else {
            throw Refusal(
                .idempotencyKeyMissing, fr: "L’en-tête Idempotency-Key ne porte pas d’identifiant national (NIR).",
                en: "The header Idempotency-Key carries no national identifier (NIR).")
        }
        self.init(client: try context.caller.clientID, key: key, operation: operation, body: body)
    }

    /// A key that no header carried.
    package init(client: String, key: String, operation: String, body: [UInt8]) {
        self.init(client: client, key: key, operation: operation, fingerprint: Array(SHA256.hash(data: body)))
    }

    private init(client: String, key: String, operation: String, fingerprint: [UInt8]) {
        self.client = client
        self.key = key
        self.operation = operation
        self.fingerprint = fingerprint
    }

    /// The key of one of the several things that a request asks for; the whole request is its payload.
    package func part(_ index: Int) -> IdempotencyKey {
        IdempotencyKey(
            client: client, key: "\(SHA256.hash(data: Data(key.utf8)).hexadecimal):\(index)",
            operation: "\(operation) \(index)", fingerprint: fingerprint)
    }
}
