import Foundation
import Hummingbird
import Schema
import Web

/// Appointments of a referral. To make one is the command `schedule`; to say who came is `record_attendance`.
struct AppointmentsRoutes {
    let tenants: TenantDatabase
    let handling: ReferralHandling
    private let disclosures = DisclosureRepository()
    private let referrals = ReferralRepository()
    private let appointments = AppointmentRepository()

    init(tenants: TenantDatabase, handling: ReferralHandling) {
        (self.tenants, self.handling) = (tenants, handling)
    }

    private static let calendar = "text/calendar"
    private static let path = "/v1/referrals/{id}/appointments"

    var routes: [Route] {
        let parties: Access = .anyOf([.referralSend, .referralReceive])
        return [
            Route(.get, Self.path, parties, produces: ["application/json", Self.calendar], list),
            Route(.post, Self.path, .scope(.referralReceive), create),
            Route(
                .get, "/v1/follow-up/referrals/{id}/appointments", .scope(.followUp),
                produces: ["application/json", Self.calendar], list),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "schedule \(id.text)") { body, key, acting in
            let now = Date()
            let draft = try request.parse(body) { AppointmentDraft($0, now: now) }
            return try await handling.apply(.schedule, to: id, .init(appointment: draft), key, acting)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let acting = try await tenants.acting(context)
        let found = try await tenants.withTransaction(acting) { transaction -> [Appointment] in
            guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            _ = try await disclosures.hold([referral], in: transaction)
            // As it is now that its consent is held.
            guard let present = try await referrals.find(id, in: transaction),
                !acting.roles(in: present).isEmpty
            else { throw Refusal(.notFound) }
            // Of a referral that was withdrawn a sender knows that it is over.
            guard present.tier != nil || acting.person != nil else { return [] }
            return try await appointments.list(of: id, in: transaction)
        }
        if try request.preferredType(among: ["application/json", Self.calendar]) == Self.calendar {
            return .confidential(AppointmentCalendar.bytes(of: found), type: "text/calendar; charset=utf-8")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("items") { json in json.array(of: found) { $1.write(to: &$0) } }
        }
        return .confidential(json)
    }
}

extension Appointment {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("starts_at", RFC3339.format(startsAt))
            json.member("duration_minutes", minutes)
            json.member("channel", channel)
            json.member("attendance", attendance)
            json.member("cancelled", cancelledAt != nil)
            json.member("created_at", RFC3339.format(createdAt))
        }
    }
}
