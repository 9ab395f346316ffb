import Foundation
import Schema

/// What no well-meaning client sends as a parameter's value, and whether the parameter's description would take it.
enum HostileValues {
    /// - Parameter schema: the parameter's, resolved; its bounds add values of their own.
    static func texts(_ schema: JSONObject, example: JSONValue?) -> [String] {
        var texts = texts
        if let least = schema["minimum"]?.int { texts.append(String(least - 1)) }
        if let most = schema["maximum"]?.int { texts += [String(most + 1), "\(most).0", "\(most)e0", "+\(most)"] }
        if let longest = schema["maxLength"]?.int { texts.append(String(repeating: "a", count: longest + 1)) }
        let good = example?.string ?? example?.array?.first?.string
        if let good {
            texts += [good + " ", " " + good, good + "\u{0}", good + "\n", good + ",", "," + good, "\(good);x"]
        }
        if let most = schema["maxItems"]?.int {
            texts.append(Array(repeating: good ?? "x", count: most + 1).joined(separator: ","))
        }
        return texts
    }

    private static let texts = [
        "", " ", "x", "null", "undefined", "true", "NaN", "nan", "inf", "-inf", "Infinity", "1e400", "-1e400", "1e1",
        "-1",
        "-0", "00", "01", "+1", "1.5", "1,5", "0x1F", "0b1", "1_000", "١٢", "½", "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809", "99999999999999999999999999", "[]", "{}", "[object Object]", "' or '1'='1", "\"", "%",
        "%00",
        "\\", "*", "--", ";", ",", ",,,,", "&", "#", "../../etc/passwd", "<script>alert(1)</script>", "${7*7}", "\u{0}",
        "a\u{0}b", "\u{7}", "\u{1B}[31m", "\n", "\r\nX: y", "\t", "\u{85}", "\u{2028}", "\u{202E}abc", "\u{200B}",
        "\u{FEFF}", "\u{FFFF}", "😀", "e\u{301}", "a" + String(repeating: "\u{301}", count: 300),
        String(repeating: "9", count: 400), String(repeating: "a", count: 3000), String(repeating: "a", count: 10_000),
        String(repeating: ",", count: 1000), "-2.2138,47.2735", "47.2735,-2.2138", "91,0", "0,181", "NaN,NaN",
        "1e400,0",
        "47.2735;-2.2138", "47.2735,-2.2138,0", "-2.3,47.2,-2.1", "47.3,-2.1,47.2,-2.3", "-180,-90,180,90",
        "2026-02-30",
        "2026-13-01", "0000-01-01", "9999-12-31", "2026-1-1", "now", "2026-11-21T12:00", "2026-11-21T25:00:00Z",
        "00000000-0000-0000-0000-000000000000", "99", "2A", "99999", "none", "NONE",
    ]

    /// Not percent-encoded UTF-8, as it would stand in an address.
    static let broken = [
        "%", "%2", "%zz", "%2%", "a%", "%C3", "%E9", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "%F0%9F%98", "%00", "a%00b",
    ]

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(plain)) ?? ""
    }

    private static let plain = CharacterSet(charactersIn: " "..."~")

    /// The value that a text stands for, by the parameter's schema: a list's items are parted by commas.
    static func value(_ text: String, _ schema: JSONObject, _ check: SchemaCheck) -> JSONValue {
        if schema["type"] == "array" {
            let items = check.resolved(schema["items"]) ?? [:]
            return .array(
                text.split(separator: ",", omittingEmptySubsequences: false).map { value(String($0), items, check) })
        }
        guard schema["type"] == "integer" || schema["type"] == "number" else { return .string(text) }
        guard let number = Int(text), String(number) == text else { return .string(text) }
        return .number(JSONNumber(text: text))
    }
}
