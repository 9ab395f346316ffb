import NIOPosix
import Schema

/// Signs whatever bytes as a JSON Web Signature in its compact form (RFC 7515 §7.1), by libjwt.
package enum CompactSignature {
    /// libjwt refuses the key.
    package struct NotSigned: Error {}

    /// - Parameter type: the header `typ`, by which nobody takes one kind of signed thing for another (RFC 8725 §3.11).
    package static func sign(_ payload: [UInt8], type: String, with key: SigningKey) async throws -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("alg", key.algorithm.rawValue)
            json.member("typ", type)
            json.member("kid", key.id)
        }
        let input = "\(Base64URL.encode(json.bytes)).\(Base64URL.encode(payload))"
        let signature = try await NIOThreadPool.singleton.runIfActive { SignatureEngine.sign(input, with: key) }
        guard let signature else { throw NotSigned() }
        return "\(input).\(Base64URL.encode(signature))"
    }

    /// What a key of ours has signed, and is of this type; nil for anything else.
    package static func payload(of text: String, type: String, signedBy key: SigningKey) -> [UInt8]? {
        (try? key.verificationKey()).flatMap { payload(of: text, type: type, signedBy: $0) }
    }

    /// The same for whoever has the public half only.
    package static func payload(of text: String, type: String, signedBy key: VerificationKey) -> [UInt8]? {
        let segments = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard segments.count == 3, let header = Base64URL.decode(segments[0]),
            let payload = Base64URL.decode(segments[1]), let signature = Base64URL.decode(segments[2]),
            let object = try? JSONValue(parsing: header, limits: .token).object, object.members.count == 3,
            object["alg"]?.string == key.algorithm.rawValue, object["typ"]?.string == type,
            object["kid"]?.string == key.id, signature.count == key.signatureLength
        else { return nil }
        let input = String(text[..<segments[1].endIndex])
        return SignatureEngine.isGenuine(String(segments[2]) ?? "", of: input, under: key) ? payload : nil
    }
}
