package import Hummingbird
import Postgres
package import Schema
import Tokens

/// Answers a problem for whatever a handler throws: refusals as they are, faults of the database as 503, anything
/// else as a bare 500 whose cause goes to the log and never to the caller.
struct ProblemResponses: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return problem(for: error, context).response(to: request, context)
        }
    }

    private func problem(for error: any Error, _ context: ServiceContext) -> ProblemResponse {
        switch error {
        case let refusal as Refusal: return ProblemResponse(refusal)
        case let refusal as TokenRefusal: return ProblemResponse(refusal)
        case let error as DatabaseError where error.isOutage:
            context.logger.warning("database unavailable", metadata: ["error": "\(error)"])
            return ProblemResponse(.databaseUnavailable)
        case let error as any HTTPResponseError:
            switch error.status {
            case .notFound: return ProblemResponse(Refusal(.notFound))
            case .contentTooLarge: return ProblemResponse(Refusal(.bodyTooLarge))
            case .badRequest: return ProblemResponse(Refusal(.invalidParameters))
            default: break
            }
        default: break
        }
        context.logger.error("unexpected failure", metadata: ["error": "\(error)"])
        return ProblemResponse(Refusal(.internalError))
    }
}

extension Refusal {
    /// The database does not answer or is full of work: nothing was stored, and a retry is welcome.
    package static let databaseUnavailable = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "La base de données ne répond pas. Rien n’a été enregistré.",
            en: "The database does not answer. Nothing was stored."),
        retryAfter: 2)
}
