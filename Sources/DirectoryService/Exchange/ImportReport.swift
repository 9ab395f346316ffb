import Schema

/// What an import found, line by line. An import is all or nothing: with one error nothing is stored.
struct ImportReport: Sendable {
    struct Complaint: Sendable, Equatable {
        let line: Int
        let pointer: String
        let code: String
        let detail: LocalizedText
    }

    /// What was read, as `communes`.
    let subject: String
    var read = 0
    /// Inserted or corrected; the rest was already so.
    var changed = 0
    private(set) var complaints: [Complaint] = []
    private(set) var complaintCount = 0
    private static let shown = 1000

    init(subject: String) { self.subject = subject }

    var isClean: Bool { complaintCount == 0 }

    mutating func complain(line: Int, _ violations: [Violation]) {
        complaintCount += violations.count
        for violation in violations where complaints.count < Self.shown {
            complaints.append(
                Complaint(line: line, pointer: violation.pointer, code: violation.code, detail: violation.detail))
        }
    }

    /// The report as an operator reads it.
    func text(_ language: Language = .english, isDryRun: Bool) -> String {
        var lines = complaints.map { "line \($0.line): \($0.pointer): \($0.detail[language]) [\($0.code)]" }
        if complaintCount > complaints.count { lines.append("… and \(complaintCount - complaints.count) more") }
        let outcome =
            !isClean
            ? "nothing stored: \(complaintCount) errors"
            : isDryRun
                ? "dry run, nothing stored: \(changed) would change" : "\(changed) changed, \(read - changed) as before"
        lines.append("\(subject): \(read) read, \(outcome)")
        return lines.joined(separator: "\n")
    }
}
