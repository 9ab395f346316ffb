import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
package import Postgres
package import Schema
import Tokens

/// Answers a problem for whatever a handler throws: refusals as they are, faults of the database as 503, a client that
/// went away as 499, anything else as a bare 500 whose cause goes to the log and never to the caller.
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
            return problem(for: error, of: request.method, context).response(to: request, context)
        }
    }

    private func problem(
        for error: any Error, of method: HTTPRequest.Method, _ context: ServiceContext
    ) -> ProblemResponse {
        switch error {
        case let refusal as Refusal: return ProblemResponse(refusal)
        case is CancellationError:
            context.logger.debug("request cancelled")
            return ProblemResponse(Refusal(.cancelled))
        case let refusal as TokenRefusal: return ProblemResponse(refusal)
        case let error as DatabaseError:
            guard let refusal = Refusal(error, isRead: method == .get || method == .head) else { break }
            context.logger.warning("\(refusal.code.rawValue)", metadata: ["error": "\(String(reflecting: error))"])
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
    ///
    /// - Parameter isRead: whether the request stores nothing, whatever becomes of its transaction.
    package init?(_ error: DatabaseError, isRead: Bool) {
        switch error.kind {
        case .commitOutcomeUnknown where !isRead:
            self.init(
                .outcomeUnknown,
                detail: LocalizedText(
                    fr: """
                        La base de données n’a pas répondu à l’enregistrement, qui a peut-être eu lieu. Recommencez avec \
                        la même Idempotency-Key ou, sans elle, relisez et comparez la version.
                        """,
                    en: """
                        The database did not answer while storing, which may have been done. Repeat with the same \
                        Idempotency-Key or, without one, read again and compare the version.
                        """),
                retryAfter: 2)
        case .saturated:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr: "Trop de demandes attendent la base de données. Rien n’a été enregistré.",
                    en: "Too many requests wait for the database. Nothing was stored."),
                retryAfter: 2)
        case .serialization, .deadlock:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr: "D’autres écritures se font au même moment. Rien n’a été enregistré de celle-ci.",
                    en: "Others are writing at the same moment. Nothing was stored."),
                retryAfter: 2)
        case .exhausted:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr: "La base de données n’a plus de place. Rien n’a été enregistré.",
                    en: "The database has no room left. Nothing was stored."),
                retryAfter: 2)
        case .connectionLost, .timeout, .commitOutcomeUnknown:
            self.init(
                .unavailable,
                detail: LocalizedText(
                    fr: "La base de données ne répond pas. Rien n’a été enregistré.",
                    en: "The database does not answer. Nothing was stored."),
                retryAfter: 2)
        case .constraint, .raised, .other: return nil
        }
    }
}
