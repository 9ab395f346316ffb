import HTTPTypes
import Hummingbird
import Schema
import Web

/// A summary to print: text only, escaped, without a script, a style sheet or anything from elsewhere.
struct SummaryPage {
    let summary: Summary
    let language: Language

    static let html = "text/html"
    static let forms = ["application/json", html]
    /// Nothing but the page's own text.
    private static let policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// The form that the request prefers.
    /// - Parameter path: where summaries are read by the caller.
    static func response(
        to request: Request, _ summary: Summary, at path: String, in language: Language
    ) throws -> Response {
        guard try request.preferredType(among: forms) == html else {
            var json = JSONWriter(reservingCapacity: 4096)
            summary.write(to: &json, at: path)
            return .confidential(json)
        }
        let page = SummaryPage(summary: summary, language: language)
        var response = Response.confidential(Array(page.text.utf8), type: html + "; charset=utf-8")
        response.headers[.contentSecurityPolicy] = policy
        return response
    }

    var text: String {
        let steps = summary.draft.nextSteps.map { "<li>\(Self.escaped($0))</li>" }.joined()
        let paragraphs = Self.lines(of: summary.draft.text).map { "<p>\(Self.escaped($0))</p>" }
            .joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <meta charset="utf-8">
            <title>\(title)</title>
            <h1>\(title)</h1>
            <p>\(standing)</p>
            \(paragraphs)
            \(steps.isEmpty ? "" : "<h2>\(say("Et ensuite", "What comes next"))</h2>\n<ol>\(steps)</ol>")
            <hr>
            <p>\(say("Structure", "Structure")) \(summary.structure.text) · SHA-256 \(summary.digest.hexadecimal)</p>
            </html>

            """
    }

    private var title: String { say("Synthèse, version \(summary.version)", "Summary, version \(summary.version)") }

    private var standing: String {
        guard let instant = summary.finalAt else {
            return say("Projet : pas encore approuvé par les deux.", "Draft: not yet approved by both.")
        }
        let day = ParisClock.day(of: instant).text
        return say(
            "Approuvée par la personne et l’auteur le \(day).", "Approved by the person and the author on \(day).")
    }

    private func say(_ fr: String, _ en: String) -> String { LocalizedText(fr: fr, en: en)[language] }

    /// Those that hold something, however they end: CR LF is one character, and two scalars.
    private static func lines(of text: String) -> [String] {
        text.unicodeScalars.split { ["\n", "\r", "\u{2028}", "\u{2029}"].contains($0) }.map { String($0) }
    }

    /// What means something in HTML, scalar by scalar as browsers read it: some make one character with a sign that
    /// follows or precedes them, which is a sign all the same.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
