import Foundation
import HTTPTypes
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
        guard isJSON else {
            throw Refusal(
                .unsupportedMediaType, fr: "Le corps attendu est du application/json, en UTF-8.",
                en: "The body must be application/json, in UTF-8.")
        }
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

    /// Whether the body says it is JSON in UTF-8: media types ignore case, and JSON's has no parameter that would matter
    /// (RFC 9110 §8.3.1, RFC 8259 §11), but who says `charset=latin1` means other letters than we would read.
    /// Hummingbird's own reader of media types takes `*/json` too, and not `JSON`.
    private var isJSON: Bool {
        let parts = (headers[.contentType] ?? "").split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        return parts.first == "application/json"
            && parts.dropFirst().allSatisfy {
                !$0.hasPrefix("charset") || ["charset=utf-8", "charset=\"utf-8\""].contains($0)
            }
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
