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
}
