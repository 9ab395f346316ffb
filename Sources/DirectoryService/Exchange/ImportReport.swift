import Schema

/// What an import found, line by line. An import is all or nothing: with one error nothing is stored.
struct ImportReport: Sendable {
    struct Complaint: Sendable, Equatable {
        /// From 1; 0 concerns the file as a whole.
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
    /// Present before, and left out of the file.
    var removed = 0
    /// What the operator should know although all is stored.
    private(set) var warnings: [String] = []
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

    mutating func warn(_ sentence: String) { warnings.append(sentence) }

    /// The report as an operator reads it.
    func text(_ language: Language = .english, isDryRun: Bool) -> String {
        var lines = complaints.map { complaint in
            let place = complaint.line == 0 ? "file" : "line \(complaint.line)"
            return "\(place): \(complaint.pointer): \(complaint.detail[language]) [\(complaint.code)]"
        }
        if complaintCount > complaints.count { lines.append("… and \(complaintCount - complaints.count) more") }
        lines += warnings.map { "warning: \($0)" }
        let gone = removed == 0 ? "" : isDryRun ? ", \(removed) would be removed" : ", \(removed) removed"
        let outcome =
            !isClean
            ? "nothing stored: \(complaintCount) errors"
            : isDryRun
                ? "dry run, nothing stored: \(changed) would change\(gone)"
                : "\(changed) changed\(gone), \(read - changed) as before"
        lines.append("\(subject): \(read) read, \(outcome)")
        return lines.joined(separator: "\n")
    }
}
