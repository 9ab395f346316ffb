import Foundation
import Schema
import Testing

@Suite("Reading structures")
struct StructureDraftTests {
    private static let id = "019b76da-a800-7725-8e42-dff071b6fc41"

    /// A sound structure, as members' JSON texts.
    private static let sound = [
        "name": #""Mission locale""#, "status": #""signataire""#, "address": #"{"commune":"44109"}"#,
        "location": #"{"latitude":47.2,"longitude":-1.5,"precision":"rue"}"#,
        "services": #"[{"id":"\#(id)","kind":"cep-conseil","modalities":[{"channel":"visio"}]}]"#,
    ]

    private func read(
        _ changes: [String: String?] = [:], as origin: StructureDraft.Origin = .editor
    ) throws -> (draft: StructureDraft?, violations: [String]) {
        var members = Self.sound
        for (name, text) in changes { members[name] = text }
        let text =
            "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        let body = try parsed(text)
        do throws(Refusal) {
            return (try ObjectReader.read(body) { StructureDraft($0, origin: origin) }, [])
        } catch {
            return (nil, error.violations.map { "\($0.pointer) \($0.code)" })
        }
    }

    @Test(
        "each field's mistake is named where it is",
        arguments: [
            ("name", nil, "/name required"), ("name", #""""#, "/name wrong-length"), ("name", "1", "/name wrong-type"),
            ("name", #""a\u202eb""#, "/name control-character"), ("status", nil, "/status required"),
            ("status", #""chef""#, "/status unknown-code"), ("parent_id", #""x""#, "/parent_id wrong-format"),
            ("networks", #"["a","A"]"#, "/networks/1 wrong-format"),
            ("networks", #"["a","a"]"#, "/networks/1 duplicate-item"),
            ("networks", #""a""#, "/networks wrong-type"), ("siret", #""123""#, "/siret wrong-format"),
            ("siret", #""12002701600564""#, "/siret wrong-check-digit"), ("address", "[]", "/address wrong-type"),
            ("address", "{}", "/address/commune required"),
            ("address", #"{"commune":"44"}"#, "/address/commune wrong-format"),
            ("address", #"{"commune":"44109","postal_code":"4400"}"#, "/address/postal_code wrong-format"),
            ("address", #"{"commune":"44109","street":""}"#, "/address/street wrong-length"),
            ("address", #"{"commune":"44109","confidential":"oui"}"#, "/address/confidential wrong-type"),
            ("address", #"{"commune":"44109","city":"Nantes"}"#, "/address/city unknown-member"),
            ("location", #"{"longitude":0,"precision":"rue"}"#, "/location/latitude required"),
            ("location", #"{"latitude":90.1,"longitude":0,"precision":"rue"}"#, "/location/latitude out-of-range"),
            ("location", #"{"latitude":0,"longitude":-181,"precision":"rue"}"#, "/location/longitude out-of-range"),
            ("location", #"{"latitude":"0","longitude":0,"precision":"rue"}"#, "/location/latitude wrong-type"),
            ("location", #"{"latitude":0,"longitude":0,"precision":"x"}"#, "/location/precision unknown-code"),
            ("region", #""pays de la loire""#, "/region wrong-format"),
            ("participates_in", #"["52-01"]"#, "/participates_in/0 wrong-format"),
            ("contact", #"{"phone":"12"}"#, "/contact/phone wrong-format"),
            ("contact", #"{"email":"a"}"#, "/contact/email wrong-format"),
            ("contact", #"{"website":"javascript:alert(1)"}"#, "/contact/website wrong-format"),
            ("contact", #"{"booking_url":"ftp://a.fr"}"#, "/contact/booking_url wrong-format"),
            ("contact", #"{"fax":"1"}"#, "/contact/fax unknown-member"),
            ("opening_hours", "[]", "/opening_hours wrong-type"),
            ("opening_hours", #""""#, "/opening_hours wrong-length"),
            ("opening_hours", #""lundi""#, "/opening_hours opening-hours-syntax"),
            ("opening_hours", #""sunrise-sunset""#, "/opening_hours opening-hours-unsupported"),
            (
                "services", service(#""opening_hours":"Mo 9:00-12:00""#),
                "/services/0/opening_hours opening-hours-syntax"
            ),
            ("closures", #"[{"to":"2026-01-01"}]"#, "/closures/0/from required"),
            ("closures", #"[{"from":"2026-02-30","to":"2026-03-01"}]"#, "/closures/0/from wrong-format"),
            ("closures", #"[{"from":"2026-02-02","to":"2026-02-01"}]"#, "/closures/0/to out-of-range"),
            (
                "closures", #"[{"from":"2026-02-01","to":"2026-02-01","announced_on":"x"}]"#,
                "/closures/0/announced_on wrong-format"
            ),
            ("accessibility", #"["ascenseur"]"#, "/accessibility/0 unknown-code"),
            ("languages", #"["fr","français"]"#, "/languages/1 wrong-format"),
            ("staff", "{}", "/staff/declared required"), ("staff", #"{"declared":-1}"#, "/staff/declared out-of-range"),
            ("staff", #"{"declared":2,"qualified":3}"#, "/staff/qualified out-of-range"),
            ("logo_displayed_on", #""hier""#, "/logo_displayed_on wrong-format"),
            ("source", #""""#, "/source wrong-length"),
            ("verified_on", #""2026-13-01""#, "/verified_on wrong-format"), ("services", "{}", "/services wrong-type"),
            ("services", "[1]", "/services/0 wrong-type"), ("services", "[{}]", "/services/0/kind required"),
            ("services", #"[{"kind":"x"}]"#, "/services/0/kind unknown-code"),
            ("services", service(#""id":"x""#), "/services/0/id wrong-format"),
            ("services", service(#""audiences":["x"]"#), "/services/0/audiences/0 unknown-code"),
            ("services", service(#""situations":["parent","parent"]"#), "/services/0/situations/1 duplicate-item"),
            ("services", service(#""modalities":[{}]"#), "/services/0/modalities/0/channel required"),
            (
                "services", service(#""modalities":[{"channel":"fax"}]"#),
                "/services/0/modalities/0/channel unknown-code"
            ),
            (
                "services", service(#""modalities":[{"channel":"visio","access":"x"}]"#),
                "/services/0/modalities/0/access unknown-code"
            ),
            (
                "services", service(#""modalities":[{"channel":"visio","format":"x"}]"#),
                "/services/0/modalities/0/format unknown-code"
            ),
            ("services", service(#""opening_hours":1"#), "/services/0/opening_hours wrong-type"),
            ("services", service(#""cep_level":4"#), "/services/0/cep_level out-of-range"),
            ("services", service(#""cep_level":3,"cep_framework":"2019""#), "/services/0/cep_level out-of-range"),
            ("services", service(#""cep_framework":"2020""#), "/services/0/cep_framework unknown-code"),
            (
                "services", service(#""zones":[{"type":"commune","code":"44"}]"#),
                "/services/0/zones/0/code wrong-format"
            ),
            (
                "services", service(#""zones":[{"type":"epci","code":"44109"}]"#),
                "/services/0/zones/0/code wrong-format"
            ),
            (
                "services", service(#""zones":[{"type":"departement","code":"4"}]"#),
                "/services/0/zones/0/code wrong-format"
            ),
            (
                "services", service(#""zones":[{"type":"region","code":"044"}]"#),
                "/services/0/zones/0/code wrong-format"
            ),
            ("services", service(#""zones":[{"type":"pays","code":"BE"}]"#), "/services/0/zones/0/code wrong-format"),
            ("services", service(#""zones":[{"code":"44109"}]"#), "/services/0/zones/0/type required"),
            ("services", service(#""age_min":121"#), "/services/0/age_min out-of-range"),
            ("services", service(#""age_min":30,"age_max":25"#), "/services/0/age_max out-of-range"),
            ("services", service(#""conditions":"""#), "/services/0/conditions wrong-length"),
            ("services", service(#""lead_time_days":366"#), "/services/0/lead_time_days out-of-range"),
            ("services", service(#""price":0"#), "/services/0/price service-is-free"),
            ("services", service(#""prix":null"#), "/services/0/prix service-is-free"),
            ("services", service(#""id":"\#(id)""#, #""id":"\#(id)""#), "/services duplicate-item"),
            ("label", #"{"state":"accorde"}"#, "/label read-only"), ("id", #""x""#, "/id read-only"),
            ("version", "1", "/version read-only"), ("located_in", "[]", "/located_in read-only"),
            ("colour", "1", "/colour unknown-member"),
        ] as [(String, String?, String)])
    func mistakes(_ name: String, _ text: String?, _ expected: String) throws {
        #expect(try read([name: text]).violations == [expected])
    }

    private static func service(_ members: String...) -> String {
        "[" + members.map { #"{"kind":"cep-conseil",\#($0)}"# }.joined(separator: ",") + "]"
    }

    @Test("the sound structure is accepted, and an editor's services get identifiers")
    func sound() throws {
        let draft = try #require(read().draft)
        #expect(draft.services.first?.id.text == Self.id && draft.label == nil)
        let made = try #require(read(["services": Self.service(#""age_min":16"#)]).draft)
        #expect(try #require(made.services.first).id.uuid.6 >> 4 == 7)
        #expect(draft.services[0].isRemote)
        #expect(
            try read(["services": Self.service(#""modalities":[{"channel":"presentiel"}]"#)]).draft?.services[0]
                .isRemote == false)
    }

    @Test("an import brings labels and must name its services; it may be an export, with its read-only members")
    func importer() throws {
        let label = #"{"state":"accorde","charter":"52@1.0.0","decided_on":"2026-01-31"}"#
        let draft = try #require(read(["label": label], as: .importer).draft)
        #expect(draft.label?.state == "accorde" && draft.label?.decidedOn?.text == "2026-01-31")
        #expect(draft.keeping(label: nil).label == nil && draft.keeping(label: draft.label) == draft)
        #expect(
            try read(["services": Self.service(#""age_min":16"#)], as: .importer).violations == [
                "/services/0/id required"
            ])
        // Who applies, and who was refused, no file tells everybody.
        for state in ["x", "candidate", "en-instruction", "refuse"] {
            let label = ##"{"state":"\##(state)"}"##
            #expect(try read(["label": label], as: .importer).violations == ["/label/state unknown-code"])
        }
        #expect(try read(["version": "1"], as: .importer).violations == [])
        #expect(try read(["surprise": "1"], as: .importer).violations == ["/surprise unknown-member"])
    }

    @Test("hours that were stored before they were judged are still read, and no others")
    func storedHours() throws {
        let changes = [
            "opening_hours": #""lundi""#, "services": Self.service(#""id":"\#(Self.id)","opening_hours":"?""#),
        ]
        let draft = try #require(read(changes, as: .stored).draft)
        #expect(draft.openingHours == "lundi" && draft.services[0].openingHours == "?")
        #expect(
            try read(changes, as: .importer).violations == [
                "/opening_hours opening-hours-syntax", "/services/0/opening_hours opening-hours-syntax",
            ])
    }

    @Test("an address or a region is needed, and a point needs an address")
    func places() throws {
        #expect(try read(["address": nil, "location": nil]).violations == ["/region required"])
        #expect(try read(["address": nil, "location": nil, "region": #""52""#]).draft?.region == "52")
        #expect(try read(["address": nil, "region": #""52""#]).violations == ["/address required"])
        #expect(
            try read(["address": "null", "region": "null"]).violations == ["/address required", "/region required"])
    }

    @Test("all mistakes of a structure are named at once")
    func allAtOnce() throws {
        let found = try read([
            "name": nil, "siret": #""1""#, "services": #"[{"kind":"x","zones":[{}]},{"prix":1}]"#, "id": "1", "z": "1",
        ]).violations
        #expect(
            Set(found) == [
                "/name required", "/siret wrong-format", "/services/0/kind unknown-code",
                "/services/0/zones/0/type required",
                "/services/0/zones/0/code required", "/services/1/prix service-is-free", "/services/1/kind required",
                "/id read-only", "/z unknown-member",
            ])
    }
}
