import Foundation
import Testing

@testable import Schema

@Suite("What partners write of persons, demands, consents and referrals")
struct ReferralDraftTests {
    private static let now = RFC3339.parse("2026-08-31T10:00:00Z")!
    private static let today = ParisClock.day(of: now)
    private static let digest = String(repeating: "0a", count: 32)

    private static func consent(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        var members: [String: JSONValue] = [
            "granted_by": "self", "agent": "agent-7", "method": "signed",
            "notice": ["id": "notice-2026", "sha256": .string(digest)], "language": "fr",
            "purposes": ["transmission"], "recipients": ["019b76da-a800-71e1-aebf-12a7ec0c6887"],
            "data_categories": ["besoin"], "valid_until": "2026-12-01T00:00:00Z",
            "evidence": ["sha256": .string(digest)],
        ]
        for (name, value) in changes { members[name] = value }
        return .object(JSONObject(members: members.map { (name: $0.key, value: $0.value) }))
    }

    private func flaws<Value>(_ json: JSONValue, _ build: (ObjectReader) -> Value?) -> Set<String> {
        do throws(Refusal) {
            _ = try ObjectReader.read(json, build)
            return []
        } catch {
            return Set(error.violations.map { "\($0.pointer) \($0.code)" })
        }
    }

    private func consentFlaws(_ changes: [String: JSONValue?]) -> Set<String> {
        flaws(Self.consent(changes)) { ConsentDraft($0, now: Self.now) }
    }

    @Test("a consent needs all of its evidence")
    func consentEvidence() throws {
        let draft = try ObjectReader.read(Self.consent()) { ConsentDraft($0, now: Self.now) }
        #expect(draft.terms.validFrom == nil && !draft.terms.singleUse && !draft.terms.explicitArticle9)
        for name in [
            "granted_by", "agent", "method", "notice", "language", "purposes", "recipients", "data_categories",
            "valid_until", "evidence",
        ] {
            #expect(consentFlaws([name: .some(nil)]) == ["/\(name) required"])
        }
        #expect(consentFlaws(["method": "oral-witnessed"]) == ["/witness required"])
        #expect(consentFlaws(["notice": ["sha256": .string(Self.digest)]]) == ["/notice/id required"])
        #expect(consentFlaws(["evidence": ["sha256": "ABC"]]) == ["/evidence/sha256 wrong-format"])
        #expect(consentFlaws(["recipients": []]) == ["/recipients wrong-count"])
        #expect(consentFlaws(["data_categories": ["sante"]]) == ["/explicit_art9 explicit-consent-required"])
        #expect(consentFlaws(["data_categories": ["sante"], "explicit_art9": true]) == [])
        #expect(
            consentFlaws(["evidence_hash": "x", "surprise": 1])
                == ["/evidence_hash read-only", "/surprise unknown-member"])
    }

    @Test("each kind of evidence needs what makes it evidence, and takes nothing else")
    func kindsOfEvidence() {
        func flawsOf(_ method: String, _ evidence: JSONValue, _ more: [String: JSONValue?] = [:]) -> Set<String> {
            consentFlaws(["method": .string(method), "evidence": .some(evidence)].merging(more) { $1 })
        }
        let digest = JSONValue.string(Self.digest)
        let instant = JSONValue.string(RFC3339.format(Self.now))
        let code: JSONValue = ["sha256": digest, "channel": "telephone", "confirmed_at": instant]
        #expect(flawsOf("one-time-code", code) == [])
        #expect(
            flawsOf("one-time-code", ["sha256": digest])
                == ["/evidence/channel required", "/evidence/confirmed_at required"])
        #expect(
            flawsOf("signed", code) == ["/evidence/channel not-a-code", "/evidence/confirmed_at not-a-code"])
        for (offset, isRight) in [(-86_400.0, true), (-86_401, false), (300, true), (301, false)] {
            let at = JSONValue.string(RFC3339.format(Self.now.addingTimeInterval(offset)))
            let found = flawsOf("one-time-code", ["sha256": digest, "channel": "courriel", "confirmed_at": at])
            #expect(found == (isRight ? [] : ["/evidence/confirmed_at out-of-range"]), "\(offset)")
        }
        let oral: JSONValue = ["sha256": digest]
        #expect(flawsOf("oral-witnessed", oral, ["witness": "w-1"]) == [])
        for agent in ["w-1", "W-1", "w-1 ", "w 1", "ｗ-1", "w\u{200B}-1"] {
            #expect(
                flawsOf("oral-witnessed", oral, ["witness": "w-1", "agent": .some(.string(agent))])
                    == ["/witness same-person"], "\(agent)")
        }
        #expect(flawsOf("oral-witnessed", oral, ["witness": "w 1-12", "agent": "w 11-2"]) == [])
        #expect(consentFlaws(["granted_by": "legal-representative"]) == ["/representation required"])
        #expect(
            consentFlaws(["granted_by": "legal-representative", "representation": "tuteur"]) == [])
        #expect(consentFlaws(["representation": "tuteur"]) == ["/representation not-represented"])
        let second: JSONValue = [
            "granted_by": "legal-representative", "representation": "tuteur", "method": "oral-witnessed",
            "witness": "w-1", "evidence": oral,
        ]
        #expect(consentFlaws(["co_grant": .some(second)]) == [])
        #expect(
            consentFlaws(["co_grant": .some(second), "agent": "w-1"]) == ["/co_grant/witness same-person"])
        #expect(
            consentFlaws(["co_grant": ["granted_by": "self", "method": "signed", "evidence": oral]])
                == ["/co_grant/granted_by same-granter"])
    }

    @Test("what goes along at L3 is one category at least, and documents stay where they are")
    func contents() throws {
        let attachment: JSONValue = [
            "name": "CV", "media_type": "application/pdf", "size": 1024, "sha256": .string(Self.digest),
            "reference": "doc-1",
        ]
        let draft = try ObjectReader.read(["narrative": "Une\nhistoire", "attachments": [attachment]]) {
            ContentDraft($0)
        }
        #expect(Set(draft.disclosures.keys) == ["recit", "pieces"])
        #expect(!"\(draft)".contains("histoire"))
        #expect(flaws([:]) { ContentDraft($0) } == ["/narrative required"])
        let named: JSONValue = [
            "name": "CV", "media_type": "application/185057800608491", "size": 1, "sha256": .string(Self.digest),
            "reference": "doc-1",
        ]
        #expect(
            flaws(["attachments": [named]]) { ContentDraft($0) } == ["/attachments/0/media_type national-identifier"])
        #expect(flaws(["health": "1 85 05 78 006 084 91"]) { ContentDraft($0) } == ["/health national-identifier"])
        let wrong: JSONValue = ["name": "CV", "media_type": "Application/PDF", "size": 0, "sha256": "x", "data": "…"]
        #expect(
            flaws(["attachments": [wrong]]) { ContentDraft($0) } == [
                "/attachments/0/media_type wrong-format", "/attachments/0/size out-of-range",
                "/attachments/0/sha256 wrong-format", "/attachments/0/reference required",
                "/attachments/0/data unknown-member",
            ])
    }

    @Test("a consent holds six calendar months at most")
    func consentValidity() {
        // 31 August and six months: the last day of February.
        #expect(consentFlaws(["valid_until": "2027-02-28T10:00:00Z"]) == [])
        #expect(consentFlaws(["valid_until": "2027-02-28T10:00:01Z"]) == ["/valid_until out-of-range"])
        #expect(consentFlaws(["valid_until": "2026-08-31T10:00:00Z"]) == ["/valid_until out-of-range"])
        // From when it is recorded: what begins later ends no later.
        #expect(consentFlaws(["valid_from": "2026-12-01T00:00:00Z", "valid_until": "2027-02-28T10:00:00Z"]) == [])
        for (from, until) in [("2026-12-01", "2027-03-01"), ("2027-06-01", "2027-07-01"), ("2150-01-01", "2150-06-01")]
        {
            #expect(
                consentFlaws([
                    "valid_from": .string("\(from)T00:00:00Z"), "valid_until": .string("\(until)T00:00:00Z"),
                ]) == ["/valid_until out-of-range"], "\(from)")
        }
        #expect(
            consentFlaws(["valid_from": "2026-01-01T00:00:00Z", "valid_until": "2026-07-01T00:00:00Z"])
                == ["/valid_until out-of-range"], "it was over before it was recorded")
        // No clock and no column goes so far.
        for instant in ["0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9990-01-01T00:00:00Z"]
        {
            #expect(
                consentFlaws(["valid_from": .string(instant)]).contains("/valid_from out-of-range"), "\(instant)")
            #expect(consentFlaws(["valid_until": .string(instant)]) == ["/valid_until out-of-range"], "\(instant)")
        }
    }

    @Test("an age band is that of the date of birth")
    func age() throws {
        func person(_ birth: String, _ band: JSONValue? = nil) -> JSONValue {
            let identity: JSONValue = ["given_name": "A", "family_name": "B", "birth_date": .string(birth)]
            guard let band else { return ["mode": "identified", "identity": identity] }
            return ["mode": "identified", "age_band": band, "identity": identity]
        }
        // It is the 31st of August 2026.
        for (birth, band) in [
            ("2026-08-31", "moins-16"), ("2010-09-01", "moins-16"), ("2010-08-31", "16-17"), ("2008-09-01", "16-17"),
            ("2008-08-31", "18-25"), ("2000-08-31", "26-30"), ("1995-08-31", "31-44"), ("1981-08-31", "45-54"),
            ("1971-08-31", "55-plus"), ("1906-08-31", "55-plus"),
        ] {
            for given in [nil, .string(band), "non-communique"] as [JSONValue?] {
                let draft = try ObjectReader.read(person(birth, given)) { PersonDraft($0, today: Self.today) }
                #expect(draft.ageBand == band, "\(birth)")
            }
            let other = band == "18-25" ? "26-30" : "18-25"
            #expect(
                flaws(person(birth, .string(other))) { PersonDraft($0, today: Self.today) } == ["/age_band not-the-age"]
            )
        }
        for birth in ["2026-09-01", "2199-01-01", "1906-08-30", "0001-01-01"] {
            #expect(
                flaws(person(birth)) { PersonDraft($0, today: Self.today) } == ["/identity/birth_date out-of-range"],
                "\(birth)")
        }
    }

    @Test("a webhook's address has a port that can be called, and no national identifier")
    func webhook() {
        func flawsOf(_ url: String, _ description: String = "x") -> Set<String> {
            flaws([
                "structures": ["019b76da-a800-71e1-aebf-12a7ec0c6887"], "url": .string(url),
                "description": .string(description),
            ]) { WebhookDraft($0) }
        }
        for url in [
            "https://1.1.1.1:65536/", "http://127.0.0.1:99999/", "http://localhost:99999/", "https://a.example:0/",
            "https://a.example:/", "https://a.example:18446744073709551616/", "https://[2606:4700::1111]:70000/",
            "https://a.example:99999", "https://a.example:-1/", "https://a.example:99999?x",
            "https://a.example:000080/",
        ] {
            #expect(flawsOf(url) == ["/url wrong-format"], "\(url)")
        }
        for url in [
            "https://a.example", "https://a.example:1/", "https://1.1.1.1:65535/x", "https://[2606:4700::1111]/",
            "https://[2606:4700::1111]:8443/", "https://a.example/:0", "https://a.example/?at=x:99999",
            "https://a.example/1763776800000",
        ] {
            #expect(flawsOf(url) == [], "\(url)")
        }
        #expect(
            flawsOf("https://a.example/185057800608491", "NIR 1850578006084")
                == ["/url national-identifier", "/description national-identifier"])
    }

    @Test("of an anonymous person neither identity nor contact is taken")
    func anonymous() throws {
        let alias: JSONValue = [
            "mode": "anonymous", "alias": "Camille",
            "relay_channel": ["channel": "telephone", "value": "02 40 00 00 00"],
        ]
        let draft = try ObjectReader.read(alias) { PersonDraft($0, today: Self.today) }
        #expect(draft.isAnonymous && Set(draft.disclosures.keys) == ["alias", "canal-relais"])
        #expect(!"\(draft)".contains("Camille"))
        let known: JSONValue = [
            "mode": "anonymous", "identity": ["given_name": "A", "family_name": "B"], "contact": ["phone": "3939"],
        ]
        #expect(
            flaws(known) { PersonDraft($0, today: Self.today) } == [
                "/identity anonymous-person", "/contact anonymous-person",
            ])
        #expect(flaws(["mode": "identified"]) { PersonDraft($0, today: Self.today) } == ["/identity required"])
        #expect(
            flaws(["mode": "identified", "identity": ["given_name": "A"], "contact": [:]]) {
                PersonDraft($0, today: Self.today)
            }
                == ["/identity/family_name required", "/contact/phone required"])
    }

    @Test("a reception is neither in the future, nor before its request, nor longer ago than figures are kept open")
    func reception() {
        func flawsOf(_ received: String, _ requested: String? = nil) -> Set<String> {
            flaws([
                "channel": "presentiel", "access": "flux", "urgency": "normale", "received_at": .string(received),
                "requested_at": requested.map { .string($0) } ?? .null,
            ]) { ReceptionDraft($0, now: Self.now) }
        }
        #expect(flawsOf("2026-08-31T10:05:00Z") == [])
        #expect(flawsOf("2026-08-31T10:05:01Z") == ["/received_at out-of-range"])
        #expect(flawsOf("2026-08-31T10:00:00Z", "2026-08-31T10:00:01Z") == ["/requested_at out-of-range"])
        #expect(flawsOf("2025-08-30T10:00:00Z") == [])
        #expect(flawsOf("2025-08-30T09:59:59Z") == ["/received_at out-of-range"])
        #expect(flawsOf("2026-08-30T10:00:00Z", "0206-08-30T10:00:00Z") == ["/requested_at out-of-range"])
    }

    @Test("a referral names all that is wrong with it at once")
    func referral() throws {
        #expect(
            flaws([:]) { ReferralDraft($0, now: Self.now) }
                == [
                    "/sender_structure_id required", "/recipient_structure_id required", "/person required",
                    "/demand required", "/service_kind required", "/theme required", "/urgency required",
                    "/data_categories required",
                ])
        let id: JSONValue = "019b76da-a800-71e1-aebf-12a7ec0c6887"
        let other: JSONValue = "019b76da-a800-77ef-adb4-848cc2d4fdb4"
        func draft(_ consent: JSONValue, recipient: JSONValue = id, categories: JSONValue = ["besoin"]) -> JSONValue {
            [
                "sender_structure_id": other, "recipient_structure_id": recipient, "person_id": id, "demand_id": id,
                "service_kind": "cep-conseil", "theme": "formation", "urgency": "normale",
                "data_categories": categories, "consent": consent,
            ]
        }
        func flawsOf(_ json: JSONValue) -> Set<String> { flaws(json) { ReferralDraft($0, now: Self.now) } }
        #expect(flawsOf(draft(Self.consent())) == [])
        #expect(flawsOf(draft(true)) == ["/consent evidence-required"])
        #expect(
            flawsOf(draft(Self.consent(), recipient: other))
                == ["/recipient_structure_id own-recipient", "/consent consent-too-narrow"])
        #expect(flawsOf(draft(Self.consent(), categories: ["besoin", "identite"])) == ["/consent consent-too-narrow"])
        #expect(flawsOf(draft(Self.consent(["purposes": ["retour"]]))) == ["/consent consent-too-narrow"])
        #expect(flawsOf(draft(.null, categories: ["identite"])) == ["/data_categories need-required"])
    }
}
