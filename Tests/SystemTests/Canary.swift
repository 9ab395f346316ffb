import Crypto
import Foundation
import Schema

/// A person in whose every free text stands something that stands nowhere else.
struct Canary: Sendable {
    /// What all of these begin with: no word of any language, key or code.
    static let mark = "zqkanari"

    let number: Int
    /// Letters only: nothing that could pass for a national identifier.
    private let own = String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement()! })
    let phone = "06" + String((0..<8).map { _ in "0123456789".randomElement()! })
    let relay = "07" + String((0..<8).map { _ in "0123456789".randomElement()! })

    init(_ number: Int) { self.number = number }

    /// The text of a field.
    func text(_ field: String) -> String { Self.mark + own + field }

    var isAnonymous: Bool { number % 5 == 4 }

    private static let digest = String(repeating: "0a", count: 32)
    static let everything =
        #"["besoin","situation","alias","canal-relais","identite","contact","recit","synthese","pieces","sante"]"#

    var person: String {
        let known =
            #","identity":{"given_name":"\#(text("given"))","family_name":"\#(text("family"))","birth_date":"2000-01-01"},"contact":{"phone":"\#(phone)","email":"\#(text("mail"))@example.org","address":"1 rue \#(text("street"))"}"#
        return
            #""mode":"\#(isAnonymous ? "anonymous" : "identified")","situations":["parent"],"alias":"\#(text("alias"))","relay_channel":{"channel":"telephone","value":"\#(relay)"}\#(isAnonymous ? "" : known)"#
    }

    var consent: String {
        """
        {"granted_by":"self","agent":"\(text("agent"))","method":"oral-witnessed","witness":"\(text("witness"))",
        "notice":{"id":"notice-1","sha256":"\(Self.digest)"},"language":"fr",
        "purposes":["transmission","rendez-vous","synthese"],"recipients":["\(ReferralJourney.next)"],
        "data_categories":\(Self.everything),"explicit_art9":true,
        "valid_until":"\(RFC3339.format(Date(timeIntervalSinceNow: 86_400)))",
        "evidence":{"id":"\(text("evidence"))","sha256":"\(Self.digest)"}}
        """
    }

    var referral: String {
        """
        {"sender_structure_id":"\(ReferralJourney.home)","recipient_structure_id":"\(ReferralJourney.next)",
        "service_kind":"orientation-scolaire","theme":"metiers","urgency":"normale","data_categories":\(Self.everything),
        "person":{\(person)},"consent":\(consent),
        "demand":{"theme":"metiers","reception":{"channel":"presentiel","access":"flux","urgency":"normale",
        "received_at":"\(RFC3339.format(Date(timeIntervalSinceNow: -60)))"}}}
        """
    }

    var contents: String {
        #"{"narrative":"\#(text("narrative"))\nsuite","health":"\#(text("health"))","attachments":[{"name":"\#(text("file"))","media_type":"application/pdf","size":9,"sha256":"\#(Self.digest)","reference":"\#(text("shelf"))"}]}"#
    }

    var summary: String { #"{"text":"\#(text("summary"))","next_steps":["\#(text("step"))"]}"# }

    func message(_ author: String) -> String { #"{"text":"\#(text("message" + author))"}"# }

    func approval(_ digest: String) -> String {
        #"{"sha256":"\#(digest)","witness":"\#(text("hearer"))","agent":"\#(text("asker"))"}"#
    }

    /// The same in ways that no service accepts.
    var faults: [String] {
        [
            String(referral.dropLast(2)), referral.replacing("\"mode\":", with: "\"mode\":1,\"mode\":"),
            referral.replacing("\"alias\":\"", with: "\"alias\":[\"").replacing(
                text("alias") + "\"", with: text("alias") + "\"]"),
            referral.replacing(text("alias"), with: text("alias") + String(repeating: "y", count: 5000)),
            referral.replacing(text("witness"), with: text("agent")),
            referral.replacing("\"parent\"", with: "\"\(text("situation"))\""),
            referral.replacing(relay, with: text("number")), "\"" + text("bare"), text("words"),
            referral.replacing(text("alias"), with: text("alias") + "\\u0000"),
        ]
    }
}

/// Where something of a person can be read.
struct CanaryTraces: Sendable {
    /// What is looked for, as bytes: the mark as text, in hexadecimal, and in base64 wherever it begins; and whatever else
    /// only a person's own papers say, exactly.
    private let patterns: [Data]

    /// - Parameter others: numbers, secrets, tokens.
    init(_ others: [String]) {
        let mark = Canary.mark
        let hexadecimal = Self.hexadecimal(mark)
        var patterns = [mark, mark.uppercased(), hexadecimal, hexadecimal.uppercased()].map { Data($0.utf8) }
        for offset in 0..<3 {
            let encoded = Array((Data(repeating: 0, count: offset) + Data(mark.utf8)).base64EncodedData())
            // The first characters belong to what is before, the last to what comes after.
            let whole = (offset + mark.utf8.count) / 3 * 4
            patterns.append(Data(encoded[(offset * 8 + 5) / 6..<whole]))
        }
        for other in others { patterns += [Data(other.utf8), Data(Self.hexadecimal(other).utf8)] }
        self.patterns = patterns
    }

    private static func hexadecimal(_ text: String) -> String { text.utf8.map { String(format: "%02x", $0) }.joined() }

    /// What is read there, with what stands around it.
    func found(in data: Data) -> [String] {
        patterns.compactMap { pattern in
            data.range(of: pattern).map { range in
                let around = max(data.startIndex, range.lowerBound - 120)..<min(data.endIndex, range.upperBound + 60)
                return String(decoding: data[around], as: UTF8.self)
            }
        }
    }
}
