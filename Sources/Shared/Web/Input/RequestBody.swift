package import Hummingbird
import NIOCore
package import Schema

extension Request {
    /// The largest body of an ordinary route, in bytes; imports stream and have their own.
    package static let bodyLimit = 1 << 20

    /// Reads a collected body as one strict JSON text and builds a value of its object.
    ///
    /// - Parameter limits: a route whose bodies are long lists may allow more; parsing is what a hostile body costs.
    /// - Throws: ``Refusal`` `unsupported-media-type`, `body-too-large`, `malformed-body` or `invalid-body`.
    package func parse<Value>(
        _ bytes: [UInt8], limits: JSONLimits = .request, _ build: (ObjectReader) -> Value?
    ) throws(Refusal) -> Value {
        try reading(bytes, limits: limits, build).sound()
    }

    /// As ``parse(_:limits:_:)``, for whoever has further rules to judge by: what is wrong with the body's form is no
    /// refusal yet.
    package func reading<Value>(
        _ bytes: [UInt8], limits: JSONLimits = .request, _ build: (ObjectReader) -> Value?
    ) throws(Refusal) -> Reading<Value> {
        _ = try bodyType(among: ["application/json"])
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: bytes, limits: limits)
        } catch  where error.reason == .tooManyValues {
            throw Refusal(
                .bodyTooLarge, fr: "Un corps a au plus \(limits.values) valeurs.",
                en: "A body has at most \(limits.values) values.")
        } catch {
            throw .malformed(error)
        }
        return ObjectReader.reading(document, build)
    }

    /// The raw body; what its idempotency fingerprint is made of.
    ///
    /// - Parameter limit: what a route takes above ``bodyLimit`` is among its service's uploads, too.
    package func bytes(upTo limit: Int = bodyLimit) async throws -> [UInt8] {
        do {
            let buffer = try await body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Refusal(
                .bodyTooLarge, fr: "Un corps a au plus \(limit) octets.",
                en: "A body has at most \(limit) bytes.")
        }
    }
}
