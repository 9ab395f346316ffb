import HTTPTypes
import Hummingbird
import Schema
import Tokens

/// Reads `Authorization: Bearer …` (RFC 6750 §2.1, the only way we take a token) and has it verified.
struct Authentication {
    let verifier: TokenVerifier

    func authenticate(_ request: Request, _ context: ServiceContext) async throws -> VerifiedToken {
        let fields = request.headers[values: .authorization]
        guard let field = fields.first else {
            throw Refusal(
                .unauthenticated, fr: "L’en-tête Authorization: Bearer est requis.",
                en: "The header Authorization: Bearer is required.")
        }
        // The scheme is case-insensitive (RFC 9110 §11.1); one header, one blank, one token.
        guard fields.count == 1, field.utf8.count > 7, field.prefix(7).lowercased() == "bearer " else {
            throw TokenRefusal.malformed
        }
        return try await verifier.verify(String(field.dropFirst(7)), from: context.clientAddress)
    }
}

extension ProblemResponse {
    /// What a caller may know of why a token is refused: enough to mend it, nothing that helps forge one.
    init(_ refusal: TokenRefusal) {
        switch refusal {
        case .tooManyFailures(let seconds):
            self.init(Refusal(.tooManyRequests, retryAfter: seconds))
        case .busy:
            self.init(Refusal(.unavailable, retryAfter: 1))
        default:
            self.init(
                Refusal(
                    .unauthenticated, detail: LocalizedText(fr: refusal.frenchExplanation, en: refusal.explanation)),
                challenge: "invalid_token")
        }
    }
}

extension TokenRefusal {
    fileprivate var frenchExplanation: String {
        switch self {
        case .malformed: "Le jeton n’est pas un JWT signé sous sa forme canonique"
        case .unsupportedType: "Le jeton n’est pas un jeton d’accès de type at+jwt"
        case .forbiddenHeader: "Le jeton a un en-tête qui n’est pas admis"
        case .unknownKey: "Le jeton est signé d’une clé ou d’un algorithme que son émetteur ne publie pas"
        case .badSignature: "La signature n’est pas celle de l’émetteur"
        case .expired: "Le jeton a expiré"
        case .notYetValid: "Le jeton n’est pas encore valable"
        case .wrongAudience: "Le jeton n’est pas destiné à ce service"
        case .wrongIssuer: "Cet émetteur n’est pas reconnu ici"
        case .invalidClaims: "Une information du jeton manque ou n’est pas conforme"
        case .revoked: "Le jeton a été révoqué"
        case .tooManyFailures: "Trop de jetons refusés depuis cette adresse"
        case .busy: "Trop de jetons à vérifier en même temps"
        }
    }
}
