import Foundation
import Schema

@testable import ReferralService

/// The table of what each read path may show of a referral, for whom, in which situation of its consent.
enum ReadMatrix {
    /// What a text stands for that is looked for in answers.
    enum Group: String, CaseIterable {
        case need, situation, alias, relay, identity, contact, narrative, attachments, health, summary, ownSummary
        case message, appointment
    }

    /// The referral that is looked at was accepted, has an appointment, and everything was written that may be; then…
    enum Situation: String, CaseIterable {
        /// Everything is agreed to.
        case agreed
        case expired, notYetValid, withdrawn, otherRecipient, otherPurpose
        /// The person withdraws by the API.
        case withdrawal
        case noConsent
        /// The consent names the narrative only.
        case otherCategory
        /// The sender means to pass on the need only.
        case notMeant
        /// Everything is agreed to, by somebody who stays anonymous.
        case anonymous

        var column: Column {
            switch self {
            case .agreed: .agreed
            case .expired, .notYetValid, .withdrawn, .otherRecipient, .otherPurpose: .void
            case .withdrawal: .withdrawal
            case .noConsent: .noConsent
            case .otherCategory: .otherCategory
            case .notMeant: .notMeant
            case .anonymous: .anonymous
            }
        }
    }

    /// Situations in which the same is shown. `void`: there is a consent, and it is not in force.
    enum Column: Int { case agreed, void, noConsent, withdrawal, otherCategory, notMeant, anonymous }

    enum Verdict: ExpressibleByArrayLiteral {
        /// Exactly these, in an answer with the referral in it.
        case shows(Set<Group>)
        /// Byte for byte what an id that never was gets.
        case absent
        /// A list without it.
        case missing

        init(arrayLiteral groups: Group...) { self = .shows(Set(groups)) }
    }

    enum Reader: CaseIterable { case recipient, sender, person, auditor, follower, reporter }

    /// Whose id the path holds.
    enum Subject { case none, referral, person, consent, summary, ownSummary, webhook, cursor }

    struct Row {
        let reader: Reader
        /// As the service declares it.
        let route: String
        let subject: Subject
        /// After the path.
        var query = ""
        var accept = "application/json"
        /// By ``Column``.
        let verdicts: [Verdict]

        init(
            _ reader: Reader, _ route: String, of subject: Subject = .none, query: String = "",
            accept: String = "application/json", _ verdicts: [Verdict]
        ) {
            (self.reader, self.route, self.subject, self.query) = (reader, route, subject, query)
            (self.accept, self.verdicts) = (accept, verdicts)
        }
    }

    private static let l0: Verdict = [.need, .situation]
    private static let l1: Verdict = [.need, .situation, .alias, .relay]
    private static let l3: Verdict = [
        .need, .situation, .alias, .relay, .identity, .contact, .narrative, .attachments, .health, .summary,
    ]
    private static let none: Verdict = []
    private static let met: Verdict = [.appointment]
    private static let said: Verdict = [.message]
    private static let mine: Verdict = [.ownSummary]
    private static let known: Set<Group> = [
        .need, .situation, .alias, .relay, .identity, .contact, .narrative, .attachments, .health, .summary,
    ]
    private static let hidden: Set<Group> = [.need, .situation, .alias, .relay, .summary]

    /// The same in every situation; of an anonymous person perhaps less.
    private static func always(_ verdict: Verdict, anonymous: Verdict? = nil) -> [Verdict] {
        Array(repeating: verdict, count: 6) + [anonymous ?? verdict]
    }

    private static let item = "/v1/referrals/{id}"
    private static let own = "/v1/follow-up"
    private static let html = "text/html"
    private static let calendar = "text/calendar"

    // agreed, void, no consent, withdrawal, other category, not meant, anonymous
    static let table: [Row] = [
        Row(.recipient, item, of: .referral, [l3, none, .absent, .absent, [.narrative], [.need], l1]),
        Row(
            .recipient, item, of: .referral, query: "?role=recipient",
            [l3, none, .absent, .absent, [.narrative], [.need], l1]),
        Row(.recipient, item, of: .referral, query: "?role=sender", always(.absent)),
        Row(.recipient, "/v1/referrals", query: "?role=recipient", [l0, none, .missing, .missing, none, [.need], l0]),
        Row(
            .recipient, "/v1/referrals", query: "?role=recipient&state=scheduled&limit=100",
            [l0, none, .missing, .missing, none, [.need], l0]),
        Row(
            .recipient, "/v1/referrals", of: .cursor, query: "?role=recipient&limit=1",
            [l0, none, .missing, .missing, none, [.need], l0]),
        Row(.recipient, "/v1/referrals", query: "?role=sender", always(.missing)),
        Row(.recipient, item + "/timeline", of: .referral, [none, none, .absent, .absent, none, none, none]),
        Row(.recipient, item + "/messages", of: .referral, [said, none, .absent, .absent, said, said, said]),
        // What a recipient has arranged it knows, as long as the referral is there.
        Row(.recipient, item + "/appointments", of: .referral, [met, met, .absent, .absent, met, met, met]),
        Row(
            .recipient, item + "/appointments", of: .referral, accept: calendar,
            [met, met, .absent, .absent, met, met, met]),
        Row(.recipient, item + "/summaries", of: .referral, [mine, none, .absent, .absent, mine, mine, mine]),
        Row(
            .recipient, "/v1/summaries/{id}", of: .ownSummary, [mine, .absent, .absent, .absent, mine, mine, mine]),
        Row(
            .recipient, "/v1/summaries/{id}", of: .ownSummary, accept: html,
            [mine, .absent, .absent, .absent, mine, mine, mine]),
        Row(.recipient, "/v1/summaries/{id}", of: .summary, always(.absent)),
        Row(.recipient, "/v1/persons/{id}/export", of: .person, always(.absent)),
        Row(.recipient, "/v1/persons/{id}/follow-up-links", of: .person, always(.absent)),
        Row(.recipient, "/v1/consents/{id}", of: .consent, always(.absent)),
        Row(.recipient, "/v1/consents/{id}/receipt", of: .consent, accept: ConsentReceipt.mediaType, always(.absent)),
        Row(
            .recipient, "/v1/erasures", query: "?role=recipient",
            [.missing, .missing, .missing, none, .missing, .missing, .missing]),
        Row(.recipient, "/v1/webhooks/{id}/deliveries", of: .webhook, query: "?limit=100", always(none)),

        Row(.sender, item, of: .referral, [[.need], [.need], [.need], none, [.need], [.need], [.need]]),
        Row(.sender, item, of: .referral, query: "?role=recipient", always(.absent)),
        Row(
            .sender, "/v1/referrals", query: "?role=sender",
            [[.need], [.need], [.need], none, [.need], [.need], [.need]]),
        Row(.sender, item + "/timeline", of: .referral, always(none)),
        Row(.sender, item + "/messages", of: .referral, [said, none, none, none, said, said, said]),
        // Nobody agreed to `retour`.
        Row(.sender, item + "/appointments", of: .referral, always(none)),
        Row(.sender, item + "/summaries", of: .referral, always([.summary])),
        Row(.sender, "/v1/summaries/{id}", of: .summary, always([.summary])),
        Row(.sender, "/v1/summaries/{id}", of: .summary, accept: html, always([.summary])),
        Row(.sender, "/v1/summaries/{id}", of: .ownSummary, always(.absent)),
        Row(
            .sender, "/v1/persons/{id}/export", of: .person,
            [
                .shows(known.union([.message])), .shows(known), .shows(known), .shows(known),
                .shows(known.union([.message])), .shows(known.union([.message])), .shows(hidden.union([.message])),
            ]),
        Row(.sender, "/v1/persons/{id}/follow-up-links", of: .person, always(none)),
        Row(.sender, "/v1/consents/{id}", of: .consent, always(none)),
        Row(.sender, "/v1/consents/{id}/receipt", of: .consent, accept: ConsentReceipt.mediaType, always(none)),
        Row(
            .sender, "/v1/erasures", query: "?role=sender",
            [.missing, .missing, .missing, none, .missing, .missing, .missing]),

        // Nothing of what is theirs is kept from the person, whatever has become of a consent.
        Row(
            .person, own, always(.shows(known.union([.ownSummary])), anonymous: .shows(hidden.union([.ownSummary])))),
        Row(
            .person, own + "/export",
            always(
                .shows(known.union([.ownSummary, .message, .appointment])),
                anonymous: .shows(hidden.union([.ownSummary, .message, .appointment])))),
        Row(.person, own + "/accesses", always(none)),
        Row(.person, own + "/sessions", always(none)),
        Row(.person, own + "/demands", always([.need])),
        Row(
            .person, own + "/referrals", always([.need, .narrative, .attachments, .health], anonymous: [.need])),
        Row(.person, own + "/consents", always(none)),
        Row(.person, own + "/summaries", always([.summary, .ownSummary])),
        Row(.person, own + "/consents/{id}", of: .consent, always(none)),
        Row(.person, own + "/consents/{id}/receipt", of: .consent, accept: ConsentReceipt.mediaType, always(none)),
        Row(.person, own + "/summaries/{id}", of: .summary, always([.summary])),
        Row(.person, own + "/summaries/{id}", of: .summary, accept: html, always([.summary])),
        Row(.person, own + "/summaries/{id}", of: .ownSummary, always([.ownSummary])),
        Row(.person, own + "/referrals/{id}/messages", of: .referral, [said, none, none, none, said, said, said]),
        Row(.person, own + "/referrals/{id}/appointments", of: .referral, always(met)),
        Row(.person, own + "/referrals/{id}/appointments", of: .referral, accept: calendar, always(met)),

        // What happened, and who looked: ids and codes.
        Row(.auditor, "/v1/audit", query: "?limit=1000", always(none)),
        Row(.follower, "/v1/events", query: "?limit=10000", accept: "*/*", always([.need])),
        Row(.reporter, "/v1/events", query: "?limit=10000", accept: "*/*", always(l0)),
    ]

    /// What else is read, and why nothing of a person can stand there.
    static let exempt: [String: String] = [
        "/v1/keys": "public keys", "/v1/state-machine": "the same for all", "/openapi.yaml": "a file",
        "/docs": "a page", "/docs/{file}": "a page's files",
        "/v1/audit/checkpoint": "a digest of all entries",
        "/v1/alerts": "where a referral lies and since when; held by TimerTests",
        "/v1/webhooks": "what its own client has said", "/v1/webhooks/{id}": "what its own client has said",
        "/v1/webhooks/{id}/secret": "derived from the webhook's id",
    ]
}
