import Hummingbird
import Logging
import NIOHTTP1
import Postgres
import Schema
import Tokens

/// Answers a problem for whatever a handler throws: refusals as they are, faults of the database as 503, anything
/// else as a bare 500 whose cause goes to the log and never to the caller.
struct ProblemResponses: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection is broken within a body: the edge answers and closes it.
            throw error
        } catch {
            return problem(for: error, context).response(to: request, context)
        }
    }

    private func problem(for error: any Error, _ context: ServiceContext) -> ProblemResponse {
        switch error {
        case let refusal as Refusal: return ProblemResponse(refusal)
        case let refusal as TokenRefusal: return ProblemResponse(refusal)
        case let error as DatabaseError:
            guard let refusal = Refusal(error) else { break }
            context.logger.warning("database unavailable", metadata: ["error": "\(String(reflecting: error))"])
            return ProblemResponse(refusal)
        case let error as any HTTPResponseError:
            switch error.status {
            case .notFound: return ProblemResponse(Refusal(.notFound))
            case .contentTooLarge: return ProblemResponse(Refusal(.bodyTooLarge))
            case .badRequest: return ProblemResponse(Refusal(.invalidParameters))
            default: break
            }
        default: break
        }
        context.logger.error("unexpected failure", metadata: ["error": "\(String(reflecting: error))"])
        return ProblemResponse(Refusal(.internalError))
    }
}

extension Refusal {
    /// The refusal for a fault of the database that a retry may mend; nil for one that is a mistake of ours.
    init?(_ error: DatabaseError) {
        switch error.kind {
        case .connectionLost, .timeout, .saturated, .serialization, .deadlock:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr: "La base de données ne répond pas. Rien n’a été enregistré.",
                    en: "The database does not answer. Nothing was stored."),
                retryAfter: 2)
        case .commitOutcomeUnknown:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr:
                        "La connexion à la base s’est rompue à l’enregistrement. Recommencez avec la même clé ou relisez.",
                    en: "The connection broke while storing. Retry with the same key, or read again."),
                retryAfter: 2)
        case .constraint, .raised, .other: return nil
        }
    }
}
