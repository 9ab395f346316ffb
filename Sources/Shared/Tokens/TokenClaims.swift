import Foundation
import Schema

/// The rules on claims (RFC 9068 §2.2, RFC 7519 §4.1 and ours): pure, given the claims and the time.
enum TokenClaims {
    /// How far the clocks of issuer and service may differ.
    static let leeway = 60
    static let longestLifetime = 3600
    static let maximumStructures = 50
    /// The last second of the year 9999; beyond it differences of times could overflow.
    private static let latestTime = 253_402_300_799

    /// - Parameter issuer: the one by whose `iss` the key was found.
    static func read(
        _ claims: JSONObject, issuer: IssuerConfiguration, audience: String, now: Int
    ) throws(TokenRefusal) -> VerifiedToken {
        guard try audiences(claims["aud"]).contains(audience) else { throw .wrongAudience }
        let expiresAt = try time(claims["exp"])
        let issuedAt = try time(claims["iat"])
        let notBefore = claims["nbf"] == nil ? nil : try time(claims["nbf"])
        let token = VerifiedToken(
            issuer: issuer.issuer,
            subject: try identifier(claims["sub"]),
            clientID: try identifier(claims["client_id"]),
            tokenID: try identifier(claims["jti"]),
            scopes: try scopes(claims["scope"]).intersection(issuer.grants),
            region: claims["spro_region"] == nil ? nil : try code(claims["spro_region"]),
            structures: try structures(claims["spro_structures"]),
            networks: try list(claims["spro_networks"], code),
            territories: try list(claims["spro_territories"], territory),
            expiresAt: expiresAt)
        guard issuedAt < expiresAt, expiresAt - issuedAt <= longestLifetime else { throw .invalidClaims }
        guard now < expiresAt + leeway else { throw .expired }
        guard max(issuedAt, notBefore ?? issuedAt) <= now + leeway else { throw .notYetValid }
        return token
    }

    private static func audiences(_ claim: JSONValue?) throws(TokenRefusal) -> [String] {
        switch claim {
        case .string(let audience): return [audience]
        case .array(let values): return try values.mapping { value throws(TokenRefusal) in try identifier(value) }
        default: throw .invalidClaims
        }
    }

    private static func time(_ claim: JSONValue?) throws(TokenRefusal) -> Int {
        guard let seconds = claim?.int, (0...latestTime).contains(seconds) else { throw .invalidClaims }
        return seconds
    }

    /// What stands in our logs and tables: nothing that would end a line there, or not be seen.
    private static func identifier(_ claim: JSONValue?) throws(TokenRefusal) -> String {
        guard let text = claim?.string, (1...256).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: isHidden)
        else { throw .invalidClaims }
        return text
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func scopes(_ claim: JSONValue?) throws(TokenRefusal) -> Set<Scope> {
        guard let claim else { return [] }
        guard let text = claim.string else { throw .invalidClaims }
        return Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
    }

    private static func structures(_ claim: JSONValue?) throws(TokenRefusal) -> [UUID] {
        try list(claim) { value throws(TokenRefusal) in
            guard let text = value?.string, let id = UUID(text: text) else { throw .invalidClaims }
            return id
        }
    }

    private static func list<Element>(
        _ claim: JSONValue?, _ element: (JSONValue?) throws(TokenRefusal) -> Element
    ) throws(TokenRefusal) -> [Element] {
        guard let claim else { return [] }
        guard let values = claim.array, values.count <= maximumStructures else { throw .invalidClaims }
        return try values.mapping(element)
    }

    /// Letters, digits and hyphens: a code reaches settings of the database where a comma separates two.
    private static func code(_ claim: JSONValue?) throws(TokenRefusal) -> String {
        guard let text = claim?.string, isCode(text[...]) else { throw .invalidClaims }
        return text
    }

    private static func territory(_ claim: JSONValue?) throws(TokenRefusal) -> String {
        guard let text = claim?.string else { throw .invalidClaims }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(isCode) else { throw .invalidClaims }
        return text
    }

    private static func isCode(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Array where Element == JSONValue {
    /// `map`, whose closure's type of error survives.
    fileprivate func mapping<Result>(
        _ transform: (JSONValue?) throws(TokenRefusal) -> Result
    ) throws(TokenRefusal) -> [Result] {
        var results: [Result] = []
        for value in self { results.append(try transform(value)) }
        return results
    }
}
