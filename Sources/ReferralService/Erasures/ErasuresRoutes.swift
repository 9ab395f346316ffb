import Foundation
import Hummingbird
import Schema
import Tokens
import Web

/// To be forgotten: asked by the person or for them, and answered by those to whom they were passed on.
struct ErasuresRoutes {
    let tenants: TenantDatabase
    let cursors: CursorCoder
    private let erasures = ErasureRepository()
    private let erasing = Erasing()

    init(tenants: TenantDatabase, cursors: CursorCoder) {
        self.tenants = tenants
        self.cursors = cursors
    }

    var routes: [Route] {
        let parties: Access = .anyOf([.consentManage, .referralReceive])
        return [
            Route(.post, "/v1/persons/{id}/erasure", .scope(.consentManage), erase),
            Route(.get, "/v1/erasures", parties, list),
            Route(.post, "/v1/erasures/{id}/acknowledgement", .scope(.referralReceive), acknowledge),
        ]
    }

    private func erase(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let person = try context.id()
        return try await tenants.post(request, context, operation: "erase-person \(person.text)") { body, key, acting in
            try request.parse(body) { _ in () }
            return try await tenants.once(key, acting) { transaction in
                let erasure = try await erasing.erase(person, as: UUID.v7(), acting, in: transaction)
                var json = JSONWriter()
                json.object { json in
                    erasure.writeAsked(to: &json)
                    json.member("links") { json in json.object { $0.member("erasures", "/v1/erasures?role=sender") } }
                }
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let parameters = try ErasureListParameters(try request.query(), cursors: cursors)
        let acting = try await tenants.acting(context)
        let needed: Scope = parameters.role == .sender ? .consentManage : .referralReceive
        guard acting.caller.scopes.contains(needed) else {
            throw Refusal(
                .insufficientScope, fr: "Cette liste demande la portée \(needed.rawValue).",
                en: "This list needs the scope \(needed.rawValue).")
        }
        let found = try await tenants.withTransaction(acting) { transaction in
            let (isOpen, before, limit) = (parameters.isOpen, parameters.before, parameters.limit + 1)
            return parameters.role == .recipient
                ? try await erasures.list(
                    askedOf: acting.structures, openOnly: isOpen, before: before, limit: limit, in: transaction)
                : try await erasures.list(
                    askedBy: acting.structures, openOnly: isOpen, before: before, limit: limit, in: transaction)
        }
        let page = found.prefix(parameters.limit)
        let cursor = found.count > page.count ? page.last.map { parameters.cursor(after: $0.id, cursors) } : nil
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("items") { json in json.array(of: page) { $1.write(to: &$0) } }
            json.member("next_cursor", cursor)
        }
        return .confidential(json, link: cursor.map { "<\(parameters.link($0))>; rel=\"next\"" })
    }

    private func acknowledge(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(
            request, context, operation: "acknowledge-erasure \(id.text)"
        ) { body, key, acting in
            let (structure, answer) = try request.parse(body) { object -> (UUID, Erasure.Answer)? in
                let structure = object.required("structure_id", .string(.uuid))
                guard let answer = Erasure.Answer(object, today: ParisClock.today), let structure else { return nil }
                return (structure, answer)
            }
            guard acting.structures.contains(structure) else { throw PartnerStructures.notYours }
            return try await tenants.once(key, acting.only(structure)) { transaction in
                let outcome = try await erasures.note(
                    answer, to: id, by: structure, client: acting.caller.clientID, in: transaction)
                switch outcome {
                case .unknown: throw Refusal(.notFound)
                case .answeredBefore: throw Refusal(.conflict, detail: Self.answered)
                case .noted(let task):
                    var json = JSONWriter()
                    task.write(to: &json)
                    return .init(status: 200, location: "", body: json.bytes)
                }
            }
        }
    }

    private static let answered = LocalizedText(
        fr: "Votre structure a déjà répondu à cette demande.", en: "Your structure has answered this request already.")
}

extension Erasure.Answer {
    /// The days of ten years, for which something may be kept: as long as the longest duty of keeping that a structure has towards
    /// others, that of its accounts (Code de commerce, art. L123-22). Who must keep it longer says so anew.
    private static let longestRetention = 3653

    /// `answer`, and for what is kept `basis` and `retained_until`: a day to come, within ten years.
    init?(_ object: ObjectReader, today: CalendarDate) {
        switch object.required("answer", .code(["deleted", "retained"])) {
        case "deleted":
            for name in ["basis", "retained_until"] where object.holds(name) {
                object.report(Self.nothingKept, at: name)
            }
            object.passOver(["basis", "retained_until"])
            self = .deleted
        case "retained":
            let basis = object.required("basis", .code(RetentionBasis.allCases.map(\.rawValue)))
            let until = object.required("retained_until", .date)
            let (next, last) = (today.daysSinceEpoch + 1, today.daysSinceEpoch + Self.longestRetention)
            if let until, !(next...last).contains(until.daysSinceEpoch) {
                let days = [next, last].map { CalendarDate(daysSinceEpoch: $0)?.text ?? "" }
                object.report(.outOfRange(days[0], days[1]), at: "retained_until")
            }
            guard let basis = basis.flatMap(RetentionBasis.init), let until else { return nil }
            self = .retained(basis: basis, until: until)
        default: return nil
        }
    }

    private static let nothingKept = Flaw(
        "nothing-kept", fr: "Ce qui est effacé n’est pas conservé.", en: "What is deleted is not retained.")
}
