import Schema

/// Signatures whose verdict is known: RFC 7515 appendices A.2 and A.3.
///
/// `jwt_verify_sha_pem` is no public interface of libjwt, so a service proves it before it believes it: an installed
/// library that answers anything else keeps the service from starting.
enum KnownAnswers {
    static func hold(of verify: (String, String, VerificationKey) -> Bool) -> Bool {
        answers.allSatisfy { answer in
            guard let key = try? VerificationKey(jwk: answer.jwk) else { return false }
            let input = "\(answer.header).\(claims)"
            let altered = "\(answer.header).\(claims.dropLast())A"
            let otherHash = key.pinned(to: answer.otherAlgorithm)
            return verify(answer.signature, input, key)
                && !verify(answer.signature, altered, key)
                && !verify("A" + answer.signature.dropFirst(), input, key)
                && !verify(answer.signature, input, otherHash)
        }
    }

    private struct Answer {
        let jwk: JSONObject
        let header: String
        let signature: String
        let otherAlgorithm: TokenAlgorithm
    }

    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    private static let answers = [
        Answer(
            jwk: [
                "kty": "RSA", "kid": "A.2", "use": "sig", "alg": "RS256", "e": "AQAB",
                "n": .string(
                    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Ql"
                        + "L-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
                        + "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK"
                        + "-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
            ],
            header: "eyJhbGciOiJSUzI1NiJ9",
            signature: "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
                + "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
                + "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI"
                + "8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            otherAlgorithm: .rs512),
        Answer(
            jwk: [
                "kty": "EC", "crv": "P-256", "kid": "A.3", "use": "sig", "alg": "ES256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            ],
            header: "eyJhbGciOiJFUzI1NiJ9",
            signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            otherAlgorithm: .es384),
    ]
}
