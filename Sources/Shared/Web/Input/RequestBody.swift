import HTTPTypes
package import Hummingbird
import NIOCore
package import Schema

extension Request {
    /// The largest body of an ordinary route, in bytes; imports stream and have their own.
    package static let bodyLimit = 1 << 20

    /// Reads the whole body as one strict JSON text and builds a value of its object.
    /// - Throws: ``Refusal`` `unsupported-media-type`, `body-too-large`, `malformed-body` or `invalid-body`.
    package func readBody<Value>(_ build: (ObjectReader) -> Value?) async throws -> Value {
        try parse(try await bytes(), build)
    }

    /// The same for a body that was collected before, where its bytes are also wanted.
    package func parse<Value>(_ bytes: [UInt8], _ build: (ObjectReader) -> Value?) throws(Refusal) -> Value {
        guard let type = headers[.contentType], MediaType(from: type)?.isType(.applicationJson) == true else {
            throw Refusal(
                .unsupportedMediaType, fr: "Le corps attendu est du application/json.",
                en: "The body must be application/json.")
        }
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Refusal(
                .malformedBody,
                detail: LocalizedText(
                    fr: "Ce n’est pas du JSON valide (\(error.reason.rawValue), octet \(error.offset)).",
                    en: "This is not valid JSON (\(error.reason.rawValue), byte \(error.offset))."))
        }
        return try ObjectReader.read(document, build)
    }

    /// The raw body, at most ``bodyLimit`` bytes; what its idempotency fingerprint is made of.
    package func bytes() async throws -> [UInt8] {
        do {
            let buffer = try await body.collect(upTo: Self.bodyLimit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Refusal(
                .bodyTooLarge, fr: "Un corps a au plus \(Self.bodyLimit) octets.",
                en: "A body has at most \(Self.bodyLimit) bytes.")
        }
    }
}
