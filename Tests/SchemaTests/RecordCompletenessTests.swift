import Foundation
import Schema
import Testing

@Suite("How complete a record is")
struct RecordCompletenessTests {
    private func completeness(_ json: String) throws -> RecordCompleteness {
        RecordCompleteness(
            of: try ObjectReader.read(try parsed(json)) { StructureDraft($0, origin: .editor) })
    }

    private static let full = """
        {"name":"S","status":"membre","siret":"35600000000048",
        "address":{"commune":"44109","street":"1 rue","postal_code":"44000"},
        "location":{"latitude":47.2,"longitude":-1.5,"precision":"rue"},
        "contact":{"phone":"0240000000","email":"a@b.fr","website":"https://a.fr","booking_url":"https://a.fr/rdv"},
        "opening_hours":"24/7","accessibility":["boucle-magnetique"],"languages":["fr"],
        "services":[{"kind":"conseil-vae","audiences":["salarie"],
        "modalities":[{"channel":"presentiel","access":"rendez-vous"}]}],
        "staff":{"declared":2,"qualified":1},"verified_on":"2026-01-01"}
        """

    @Test("is whole where nothing that applies is missing")
    func whole() throws {
        let whole = try completeness(Self.full)
        #expect(whole.share == 1 && whole.missing == [])
    }

    @Test("misses each member by its code, and only it", arguments: Vocabulary.recordGap.codes)
    func each(_ code: String) throws {
        let absent = [
            "siret": (#""siret":"35600000000048","#, ""), "street": (#""street":"1 rue","#, ""),
            "location": (#""precision":"rue""#, #""precision":"commune""#),
            "phone": (#""phone":"0240000000","#, ""), "email": (#""email":"a@b.fr","#, ""),
            "website": (#""website":"https://a.fr","#, ""), "booking_url": (#","booking_url":"https://a.fr/rdv""#, ""),
            "opening_hours": (#""opening_hours":"24/7","#, ""), "accessibility": (#"["boucle-magnetique"]"#, "[]"),
            "languages": (#"["fr"]"#, "[]"), "audiences": (#"["salarie"]"#, "[]"),
            "modalities": (#""modalities":[{"channel":"presentiel","access":"rendez-vous"}]"#, #""modalities":[]"#),
            "staff": (#","qualified":1"#, ""), "verified_on": (#","verified_on":"2026-01-01""#, ""),
            "services": (#""services""#, ""),
        ]
        let (present, instead) = try #require(absent[code])
        var json = Self.full.replacing("\n", with: "")
        try #require(json.contains(present))
        if code == "services" {
            let start = try #require(json.range(of: #""services""#)).lowerBound
            let end = try #require(json.range(of: #""staff""#)).lowerBound
            json.replaceSubrange(start..<end, with: "")
        } else {
            json = json.replacing(present, with: instead)
        }
        let completeness = try completeness(json)
        #expect(completeness.missing == [code] && completeness.share < 1 && completeness.share > 0.9)
    }

    @Test("asks of a remote service and of a confidential address only what applies to them")
    func applicable() throws {
        let remote = try completeness(#"{"name":"S","status":"membre","region":"52"}"#)
        #expect(
            remote.missing == [
                "phone", "email", "website", "opening_hours", "languages", "services", "staff", "verified_on",
            ])
        #expect(remote.share == 0)
        let hidden = try completeness(
            #"{"name":"S","status":"membre","address":{"commune":"44109","confidential":true}}"#)
        #expect(hidden.missing == remote.missing.prefix(4) + ["accessibility"] + remote.missing.dropFirst(4))
    }
}
