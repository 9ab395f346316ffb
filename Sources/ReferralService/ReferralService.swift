import HTTPTypes
import Schema
import Web

extension ServiceDefinition {
    /// The broker's contract is declared and guarded; none of it is served yet.
    static let referral = ServiceDefinition(
        name: "referral", defaultPort: 8082, migrations: [.idempotencyKeys(number: 1)]
    ) { _ in
        return { _ in
            Parts(routes: [
                .planned(.post, "/v1/demands", .scope(.referralSend)),
                .planned(.post, "/v1/consents", .scope(.consentManage)),
                .planned(.post, "/v1/referrals", .scope(.referralSend)),
                .planned(.get, "/v1/referrals", .anyOf([.referralSend, .referralReceive])),
                .planned(.get, "/v1/events", .anyOf([.eventsRead, .eventsReporting])),
            ])
        }
    }
}
