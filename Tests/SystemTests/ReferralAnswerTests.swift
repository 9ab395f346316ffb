import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import ReferralService

/// Real answers of the broker, each held to its description.
@Suite("The broker's answers as described")
struct ReferralAnswerTests {
    private static let sender = "019b76da-a800-71e1-aebf-12a7ec0c6887"
    private static let recipient = "019b76da-a800-77ef-adb4-848cc2d4fdb4"
    private static let digest = String(repeating: "0a", count: 32)

    private static var reception: String {
        #""channel":"presentiel","access":"flux","urgency":"normale","preferred_channel":"visio","audiences":["salarie"],"requested_at":"2026-01-01T00:00:00Z","received_at":"\#(RFC3339.format(Date()))","in_scope":true"#
    }
    private static let person =
        #""mode":"identified","age_band":"55-plus","sex":"femme","education":"bac","situations":["parent"],"residence_commune":"44184","alias":"Colibri","relay_channel":{"channel":"courriel","value":"a@b.example"},"identity":{"given_name":"A","family_name":"B","birth_date":"1950-01-01"},"contact":{"phone":"3939","email":"a@b.example","address":"1 rue de l’Exemple"}"#
    private static var consent: String {
        #""granted_by":"self","agent":"a7","method":"oral-witnessed","witness":"b8","notice":{"id":"n1","sha256":"\#(digest)"},"language":"fr","purposes":["transmission","rendez-vous","retour"],"recipients":["\#(recipient)"],"data_categories":["besoin","situation","alias","canal-relais","identite","contact"],"explicit_art9":false,"valid_until":"\#(RFC3339.format(Date().addingTimeInterval(86_400)))","single_use":true,"evidence":{"id":"e1","sha256":"\#(digest)"}"#
    }

    @Test("From a person to the end of a referral")
    func life() async throws {
        try await withBroker { broker in
            let person = try await broker.make(
                "createPerson", "/v1/persons", "{\"structure_id\":\"\(Self.sender)\",\(Self.person)}")
            let demand = try await broker.make(
                "createDemand", "/v1/demands",
                "{\"structure_id\":\"\(Self.sender)\",\"person_id\":\"\(person)\",\"theme\":\"emploi\",\"reception\":{\(Self.reception)}}"
            )
            try await broker.make(
                "addReception", "/v1/demands/\(demand)/receptions",
                "{\"structure_id\":\"\(Self.sender)\",\(Self.reception)}")
            let consent = try await broker.make(
                "createConsent", "/v1/consents",
                "{\"structure_id\":\"\(Self.sender)\",\"person_id\":\"\(person)\",\(Self.consent)}")
            let referral = try await broker.make(
                "createReferral", "/v1/referrals",
                """
                {"sender_structure_id":"\(Self.sender)","recipient_structure_id":"\(Self.recipient)","person_id":"\(person)",
                "demand_id":"\(demand)","service_kind":"cep-conseil","theme":"emploi","urgency":"haute","cep_level":2,
                "cep_framework":"2019","service_id":"\(Self.recipient)",
                "data_categories":["besoin","situation","alias","canal-relais","identite","contact"]}
                """)
            let path = "/v1/referrals/\(referral)"
            func command(_ name: String, _ body: String = "{}", _ status: Int = 200) async throws {
                try await broker.hold("commandReferral", "\(path)/commands/\(name)", status, json: body)
                for part in ["sender", "recipient"] {
                    try await broker.hold("showReferral", "\(path)?role=\(part)", [200, 404])
                    try await broker.hold("listReferrals", "/v1/referrals?role=\(part)", 200)
                }
            }
            try await command("accept", "{}", 409)
            try await command("submit", "{}", 422)
            try await command("submit", "{\"consent_id\":\"\(consent)\"}")
            try await broker.hold("showConsent", "/v1/consents/\(consent)", 200)
            let tomorrow = RFC3339.format(Date().addingTimeInterval(86_400))
            let later = RFC3339.format(Date().addingTimeInterval(3 * 86_400)).prefix(10)
            let appointment = "{\"starts_at\":\"\(tomorrow)\",\"channel\":\"visio\"}"
            let target =
                "{\"target_structure_id\":\"019b76da-a800-7000-8000-000000000009\",\"reason_code\":\"complet\"}"
            for (name, body) in [
                ("start_review", "{}"), ("accept", "{}"), ("schedule", appointment),
                ("record_attendance", #"{"attendance":"noshow"}"#),
            ] {
                try await command(name, body)
            }
            try await broker.hold(
                "addReceptionOfReferral", "\(path)/receptions", 201,
                json: "{\"structure_id\":\"\(Self.recipient)\",\(Self.reception)}")
            let appointments = "\(path)/appointments"
            try await broker.hold("createAppointment", appointments, 200, json: appointment)
            try await broker.hold("createAppointment", appointments, 409, json: appointment)
            try await broker.hold("createAppointment", appointments, 422, json: "{}")
            try await broker.hold("listAppointments", appointments, 200)
            try await broker.hold("listAppointments", appointments, [200], accept: "text/calendar")
            try await broker.hold("listAppointments", appointments, [406], accept: "text/csv")
            try await broker.hold(
                "createMessage", "\(path)/messages", 201, json: #"{"text":"Bonjour","structure_id":"\#(Self.sender)"}"#)
            try await broker.hold("createMessage", "\(path)/messages", 422, json: "{}")
            try await broker.hold("listMessages", "\(path)/messages", 200)
            for (name, body) in [
                ("record_attendance", #"{"attendance":"seen"}"#), ("hold", #"{"resume_by":"\#(later)"}"#),
                ("resume", "{}"), ("propose_redirect", target),
                ("refuse_redirect", #"{"agent":"agent-7","witness":"temoin-2"}"#),
                ("complete", "{\"outcome\":\"satisfaite\"}"),
            ] {
                try await command(name, body)
            }
            try await broker.hold("showTimeline", "\(path)/timeline", 200)
            try await broker.hold("showTimeline", "/v1/referrals/\(person)/timeline", 404)
            try await broker.hold("listAlerts", "/v1/alerts?kind=uncontacted&limit=1", 200)
            try await broker.hold("listAlerts", "/v1/alerts?kind=reminder", 400)
            try await command("withdraw", "{}", 409)
            try await command("unknown", "{}", 404)
            try await broker.hold(
                "closeDemand", "/v1/demands/\(demand)/close", 200,
                json:
                    #"{"outcome":"satisfaite","summary_given":true,"charged":false,"counselling_proposed":true,"counselling_accepted":true,"appointment_requested":false}"#
            )
            try await broker.hold("closeDemand", "/v1/demands/\(demand)/close", 409, json: #"{"outcome":"partielle"}"#)
            try await broker.hold("showStateMachine", "/v1/state-machine", 200)
            try await broker.hold("listEvents", "/v1/events?limit=10", 200)
            try await broker.hold(
                "listEvents", "/v1/events", [200], accept: "application/cloudevents-batch+json")
            try await broker.hold("listEvents", "/v1/events", [406], accept: "text/csv")
            try await broker.hold("listEvents", "/v1/events?after=x&limit=0", 400)
        }
    }

    @Test("One call, a withdrawal, and refusals")
    func oneCall() async throws {
        try await withBroker { broker in
            let whole = """
                {"sender_structure_id":"\(Self.sender)","recipient_structure_id":"\(Self.recipient)",
                "service_kind":"cep-conseil","theme":"emploi","urgency":"haute","data_categories":["besoin"],
                "person":{"mode":"anonymous"},"demand":{"theme":"emploi","reception":{\(Self.reception)}},
                "consent":{\(Self.consent)}}
                """
            let made = try await broker.hold("createReferral", "/v1/referrals", 201, json: whole).json
            let id = try #require(made.object?["id"]?.string)
            let consent = try #require(made.object?["consent_id"]?.string)
            try await broker.hold("showReferral", "/v1/referrals/\(id)?role=recipient", 200)
            try await broker.hold("listReferrals", "/v1/referrals?role=recipient&state=submitted,accepted&limit=1", 200)
            for _ in 0..<2 {
                try await broker.hold("withdrawConsent", "/v1/consents/\(consent)/withdrawal", 200, json: "{}")
            }
            try await broker.hold("showReferral", "/v1/referrals/\(id)?role=recipient", 404)
            try await broker.hold("showReferral", "/v1/referrals/\(id)", 200)
            try await broker.hold("createReferral", "/v1/referrals", 422, json: "{\"consent\":true}")
            try await broker.hold("createReferral", "/v1/referrals", 400, json: "{")
            try await broker.hold(
                "createReferral", "/v1/referrals", 403,
                json: whole.replacing(Self.sender, with: "019b76da-a800-7000-8000-000000000009"))
            for (operation, path) in [
                ("createPerson", "/v1/persons"), ("createDemand", "/v1/demands"), ("createConsent", "/v1/consents"),
            ] {
                try await broker.hold(operation, path, 422, json: "{}")
            }
            try await broker.hold("showConsent", "/v1/consents/\(id)", 404)
            try await broker.hold("withdrawConsent", "/v1/consents/\(id)/withdrawal", 404, json: "{}")
            try await broker.hold("addReception", "/v1/demands/\(id)/receptions", 422, json: "{}")
            try await broker.hold("addReceptionOfReferral", "/v1/referrals/\(id)/receptions", 422, json: "{}")
            try await broker.hold("closeDemand", "/v1/demands/\(id)/close", 404, json: "{\"outcome\":\"partielle\"}")
            try await broker.hold("listReferrals", "/v1/referrals", 400)
            try await broker.hold("listReferrals", "/v1/referrals?role=sender&cursor=AAAA", 400)
        }
    }

    @Test("What is kept, what is forgotten, who has seen it")
    func keeping() async throws {
        try await withBroker { broker in
            let whole = """
                {"sender_structure_id":"\(Self.sender)","recipient_structure_id":"\(Self.recipient)",
                "service_kind":"cep-conseil","theme":"emploi","urgency":"haute",
                "data_categories":["besoin","alias","canal-relais","identite"],"person":{\(Self.person)},
                "demand":{"theme":"emploi","reception":{\(Self.reception)}},"consent":{\(Self.consent)}}
                """
            let made = try await broker.hold("createReferral", "/v1/referrals", 201, json: whole).json
            let id = try #require(made.object?["id"]?.string)
            let person = try #require(made.object?["person_id"]?.string)
            try await broker.hold("createReferral", "/v1/referrals", 409, json: whole)
            try await broker.hold(
                "createPerson", "/v1/persons", 409, json: "{\"structure_id\":\"\(Self.sender)\",\(Self.person)}")
            try await broker.make(
                "createPerson", "/v1/persons",
                "{\"structure_id\":\"\(Self.sender)\",\"another_person\":true,\(Self.person)}")
            for name in ["start_review", "accept"] {
                try await broker.hold("commandReferral", "/v1/referrals/\(id)/commands/\(name)", 200, json: "{}")
            }
            try await broker.hold("showReferral", "/v1/referrals/\(id)?role=recipient", 200)
            try await broker.hold("exportPerson", "/v1/persons/\(person)/export", 200)
            try await broker.hold("exportPerson", "/v1/persons/\(id)/export", 404)
            try await broker.hold("exportPerson", "/v1/persons/\(person)/export?x=1", 400)
            let path = "/v1/persons/\(person)/erasure"
            try await broker.hold("erasePerson", path, 422, json: "{\"why\":1}")
            try await broker.hold("erasePerson", path, 200, json: "{}")
            try await broker.hold("erasePerson", path, 404, json: "{}")
            try await broker.hold("listErasures", "/v1/erasures?role=sender&limit=1", 200)
            let asked = try await broker.hold("listErasures", "/v1/erasures?role=recipient&state=open", 200).json
            let erasure = try #require(asked.object?["items"]?.array?.first?.object?["id"]?.string)
            try await broker.hold("listErasures", "/v1/erasures?state=x", 400)
            let answer = "/v1/erasures/\(erasure)/acknowledgement"
            let kept =
                "{\"structure_id\":\"\(Self.recipient)\",\"answer\":\"retained\",\"basis\":\"archives\",\"retained_until\":\"\(ParisClock.day(of: Date().addingTimeInterval(1000 * 86_400)).text)\"}"
            try await broker.hold("acknowledgeErasure", answer, 422, json: "{}")
            try await broker.hold("acknowledgeErasure", answer, 200, json: kept)
            try await broker.hold("acknowledgeErasure", answer, 409, json: kept)
            try await broker.hold("acknowledgeErasure", answer.replacing(erasure, with: id), 404, json: kept)
            try await broker.hold("listErasures", "/v1/erasures?role=recipient", 200)
            try await broker.hold("showCheckpoint", "/v1/audit/checkpoint", 200)
            try await eventually {
                let page = try await broker.hold("listAccesses", "/v1/audit?limit=1", 200).json
                return page.object?["items"]?.array?.isEmpty == false
            }
            try await broker.hold("listAccesses", "/v1/audit?person_id=\(person)", 200)
            try await broker.hold("listAccesses", "/v1/audit?limit=0", 400)
            try await broker.hold("showCheckpoint", "/v1/audit/checkpoint", 200)
        }
    }

    @Test("The person's own side, L3, summaries and receipts")
    func person() async throws {
        try await withBroker { broker in
            let everything =
                #"["besoin","situation","alias","canal-relais","identite","contact","recit","synthese","pieces","sante"]"#
            let consent = Self.consent.replacing(#""explicit_art9":false"#, with: #""explicit_art9":true"#)
                .replacing(#"["transmission","retour"]"#, with: #"["transmission","synthese"]"#)
                .replacing(
                    #"["besoin","situation","alias","canal-relais","identite","contact"]"#, with: everything)
            let whole = """
                {"sender_structure_id":"\(Self.sender)","recipient_structure_id":"\(Self.recipient)",
                "service_kind":"cep-conseil","theme":"emploi","urgency":"haute","data_categories":\(everything),
                "person":{\(Self.person)},"demand":{"theme":"emploi","reception":{\(Self.reception)}},
                "consent":{\(consent)}}
                """
            let made = try await broker.hold("createReferral", "/v1/referrals", 201, json: whole).json.object
            func id(_ name: String) throws -> String { try #require(made?[name]?.string) }
            let path = "/v1/referrals/\(try id("id"))"
            try await broker.hold(
                "writeContents", "\(path)/contents", 200,
                json:
                    #"{"narrative":"n","health":"h","attachments":[{"name":"CV","media_type":"application/pdf","size":1,"sha256":"\#(Self.digest)","reference":"d1"}]}"#
            )
            try await broker.hold("writeContents", "\(path)/contents", 422, json: "{}")
            let second =
                #""co_grant":{"granted_by":"legal-representative","representation":"tuteur","method":"signed","evidence":{"sha256":"\#(Self.digest)"}}"#
            let ofTwo = try await broker.make(
                "createConsent", "/v1/consents",
                "{\"structure_id\":\"\(Self.sender)\",\"person_id\":\"\(try id("person_id"))\",\(Self.consent),\(second)}"
            )
            try await broker.hold("showConsent", "/v1/consents/\(ofTwo)", 200)
            let summary = try await broker.hold(
                "writeSummary", "\(path)/summaries", 201,
                json: #"{"text":"t","next_steps":["s"],"structure_id":"\#(Self.sender)"}"#
            ).json.object
            let digest = try #require(summary?["sha256"]?.string)
            let written = "/v1/summaries/\(try #require(summary?["id"]?.string))"
            try await broker.hold("approveSummary", "\(written)/approval", 200, json: #"{"sha256":"\#(digest)"}"#)
            try await broker.hold(
                "approveSummary", "\(written)/approval", 409, json: #"{"sha256":"\#(Self.digest)"}"#)
            for accept in ["application/json", "text/html"] {
                try await broker.hold("showSummary", written, [200], accept: accept)
            }
            let links = "/v1/persons/\(try id("person_id"))/follow-up-links"
            let link = try await broker.hold(
                "createFollowUpLink", links, 201, json: #"{"structure_id":"\#(Self.sender)"}"#
            ).json.object
            try await broker.hold("listFollowUpLinks", links, 200)
            let secret = try #require(link?["secret"]?.string)
            let opened = try await broker.hold(
                "openFollowUp", "/v1/follow-up/sessions", 200, json: #"{"secret":"\#(secret)"}"#)
            try await broker.hold("openFollowUp", "/v1/follow-up/sessions", 401, json: #"{"secret":"x"}"#)
            try await broker.hold("openFollowUp", "/v1/follow-up/sessions", 422, json: "{}")

            let own = Broker(
                service: broker.service, description: broker.description,
                token: try #require(try opened.json.object?["access_token"]?.string))
            try await own.hold("showFollowUp", "/v1/follow-up", 200)
            try await own.hold(
                "showOwnSummary", written.replacing("/v1/", with: "/v1/follow-up/"), [200], accept: "text/html")
            try await own.hold(
                "approveOwnSummary", written.replacing("/v1/", with: "/v1/follow-up/") + "/approval", 200,
                json: #"{"sha256":"\#(digest)"}"#)
            for command in ["start_review", "accept"] {
                try await broker.hold("commandReferral", "\(path)/commands/\(command)", 200, json: "{}")
            }
            try await broker.hold("showReferral", "\(path)?role=recipient", 200)
            try await broker.hold("listSummaries", "\(path)/summaries", 200)
            try await own.hold("showFollowUp", "/v1/follow-up", 200)
            for (operation, list) in [
                ("listFollowUpAccesses", "accesses"), ("listFollowUpSessions", "sessions"),
                ("listOwnDemands", "demands"), ("listOwnReferrals", "referrals"),
                ("listOwnConsents", "consents"), ("listOwnSummaries", "summaries"),
            ] {
                try await own.hold(operation, "/v1/follow-up/\(list)?limit=1", 200)
                try await own.hold(operation, "/v1/follow-up/\(list)?limit=0", 400)
            }
            let mine = "/v1/follow-up\(path.dropFirst(3))"
            try await own.hold("sendOwnMessage", "\(mine)/messages", 201, json: #"{"text":"Bonjour"}"#)
            try await own.hold("sendOwnMessage", "\(mine)/messages", 422, json: "{}")
            try await own.hold("listOwnMessages", "\(mine)/messages", 200)
            try await own.hold("listOwnAppointments", "\(mine)/appointments", 200)
            try await own.hold(
                "grantConsent", "/v1/follow-up/consents", 201,
                json:
                    #"{"notice":{"id":"n1","sha256":"\#(Self.digest)"},"language":"fr","purposes":["transmission"],"recipients":["\#(Self.recipient)"],"data_categories":["besoin"],"valid_until":"\#(RFC3339.format(Date().addingTimeInterval(3600)))"}"#
            )
            let consentPath = "/v1/follow-up/consents/\(try id("consent_id"))"
            try await own.hold("showOwnConsent", consentPath, 200)
            try await own.hold("showOwnReceipt", consentPath + "/receipt", 200)
            try await broker.hold("showReceipt", "/v1/consents/\(try id("consent_id"))/receipt", 200)
            try await own.hold("decideOnReferral", "/v1/follow-up\(path.dropFirst(3))/commands/accept", 409, json: "{}")
            try await own.hold("exportOwn", "/v1/follow-up/export", 200)
            try await own.hold("withdrawOwnConsent", consentPath + "/withdrawal", 200, json: "{}")
            try await own.hold("showOwnConsent", consentPath, 200)
            try await broker.hold(
                "approveSummaryInPerson", "\(written)/approval-in-person", 200,
                json: #"{"sha256":"\#(digest)","witness":"w","agent":"a"}"#)
            let revocation = "/v1/follow-up-links/\(try #require(link?["id"]?.string))/revocation"
            try await broker.hold("revokeFollowUpLink", revocation, 200, json: "{}")
            try await own.hold("showFollowUp", "/v1/follow-up", 401)
            let other = try await broker.hold(
                "createFollowUpLink", links, 201, json: #"{"structure_id":"\#(Self.sender)"}"#
            ).json.object
            let last = try await broker.hold(
                "openFollowUp", "/v1/follow-up/sessions", 200,
                json: #"{"secret":"\#(try #require(other?["secret"]?.string))"}"#)
            let leaving = Broker(
                service: broker.service, description: broker.description,
                token: try #require(try last.json.object?["access_token"]?.string))
            try await leaving.hold("exportOwn", "/v1/follow-up/export", 200)
            try await leaving.hold("eraseOwn", "/v1/follow-up/erasure", 422, json: #"{"x":1}"#)
            try await leaving.hold("eraseOwn", "/v1/follow-up/erasure", 200, json: "{}")
            try await leaving.hold("eraseOwn", "/v1/follow-up/erasure", 401, json: "{}")
            try await broker.hold("showKeys", "/v1/keys", 200)
        }
    }

    /// The broker and its description.
    private struct Broker: Sendable {
        let service: RunningService
        let description: Description
        let token: String

        @discardableResult
        func hold(
            _ operation: String, _ path: String, _ statuses: [Int], json: String? = nil,
            accept: String = "*/*"
        ) async throws -> RunningService.Answer {
            let operation = try #require(description.operation(operation))
            let headers = [("Idempotency-Key", UUID().uuidString)]
            let answer =
                if let json {
                    try await service.send(.POST, path, token: token, headers: headers, json: json)
                } else {
                    try await service.get(path, token: token, headers: [("Accept", accept)])
                }
            #expect(statuses.contains(answer.status), "\(path): \(answer.text.prefix(600))")
            let violations = try description.violations(of: answer, to: operation)
            #expect(violations.prefix(10) == [], "\(path): \(answer.text.prefix(600))")
            return answer
        }

        @discardableResult
        func hold(
            _ operation: String, _ path: String, _ status: Int, json: String? = nil
        ) async throws -> RunningService.Answer {
            try await hold(operation, path, [status], json: json)
        }

        @discardableResult
        func make(_ operation: String, _ path: String, _ json: String) async throws -> String {
            let answer = try await hold(operation, path, 201, json: json)
            return try #require(try answer.json.object?["id"]?.string)
        }
    }

    private static let settings = ServiceDefinition.referral.ownSettings.filter {
        $0.key.hasSuffix("_KEY") || $0.key.hasSuffix("_KEYS")
    }

    private func withBroker(_ body: @Sendable @escaping (Broker) async throws -> Void) async throws {
        let lookup = StructureLookup { id, _ in
            StructureFacts(
                id: id, root: id, region: "52", networks: [], territories: [],
                offering: StructureFacts.Offering(status: "membre", kinds: [id: "cep-conseil"]))
        }
        let definition = ServiceDefinition.referral(lookup: lookup)
        try await withDatabase(of: definition) { database in
            try await withService(definition, on: database, settings: Self.settings) { service in
                let ids = [Self.sender, Self.recipient].compactMap { UUID(text: $0) }
                let token = try await TestIssuer.shared.token(
                    scopes: [
                        .referralSend, .referralReceive, .consentManage, .referralCoordinate, .eventsReporting,
                        .auditRead,
                    ],
                    structures: ids)
                try await body(Broker(service: service, description: try Description(of: "referral"), token: token))
            }
        }
    }
}
