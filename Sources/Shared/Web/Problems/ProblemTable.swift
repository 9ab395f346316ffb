package import HTTPTypes
package import Schema

/// The one table from a refusal's code to its HTTP status and title.
extension RefusalCode {
    package var status: HTTPResponse.Status {
        switch self {
        case .invalidParameters, .malformedBody, .idempotencyKeyMissing: .badRequest
        case .unauthenticated: .unauthorized
        case .insufficientScope, .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .conflict, .notValidated, .idempotencyKeyInFlight: .conflict
        case .preconditionFailed: .preconditionFailed
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalidBody, .idempotencyKeyReused: .unprocessableContent
        case .preconditionRequired: .preconditionRequired
        // No status of RFC 9110: nobody sees it but those who count answers.
        case .cancelled: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
        case .tooManyRequests: .tooManyRequests
        case .unavailable, .outcomeUnknown: .serviceUnavailable
        case .notImplemented: .notImplemented
        case .gone, .feedRewound: .gone
        case .internalError: .internalServerError
        }
    }

    package var title: LocalizedText {
        switch self {
        case .invalidParameters: text("Paramètres invalides", "Invalid parameters")
        case .malformedBody: text("Corps illisible", "Malformed body")
        case .invalidBody: text("Corps invalide", "Invalid body")
        case .bodyTooLarge: text("Corps trop grand", "Body too large")
        case .unsupportedMediaType: text("Type de contenu non pris en charge", "Unsupported media type")
        case .notAcceptable: text("Format de réponse indisponible", "Not acceptable")
        case .unauthenticated: text("Authentification requise", "Authentication required")
        case .insufficientScope: text("Portée insuffisante", "Insufficient scope")
        case .forbidden: text("Action non autorisée", "Forbidden")
        case .notFound: text("Introuvable", "Not found")
        case .gone: text("Disparu", "Gone")
        case .methodNotAllowed: text("Méthode non admise", "Method not allowed")
        case .conflict: text("Conflit", "Conflict")
        case .notValidated: text("Pas encore validé", "Not validated yet")
        case .preconditionRequired: text("Condition requise", "Precondition required")
        case .preconditionFailed: text("Version dépassée", "Stale version")
        case .idempotencyKeyMissing: text("Clé d’idempotence requise", "Idempotency key required")
        case .idempotencyKeyReused: text("Clé d’idempotence déjà utilisée", "Idempotency key already used")
        case .idempotencyKeyInFlight: text("Requête identique en cours", "Same request in flight")
        case .cancelled: text("Requête abandonnée", "Request abandoned")
        case .tooManyRequests: text("Trop de requêtes", "Too many requests")
        case .unavailable: text("Momentanément indisponible", "Temporarily unavailable")
        case .outcomeUnknown: text("Issue inconnue", "Outcome unknown")
        case .notImplemented: text("Pas encore disponible", "Not implemented yet")
        case .feedRewound: text("Flux restauré à un état antérieur", "Feed rewound")
        case .internalError: text("Erreur interne", "Internal error")
        }
    }

    private func text(_ fr: String, _ en: String) -> LocalizedText { LocalizedText(fr: fr, en: en) }
}
