package import Schema

/// Why the charters cannot be used: every mistake of every file.
package struct CharterFailure: Error, Sendable, CustomStringConvertible {
    package struct Mistake: Sendable, Hashable, CustomStringConvertible {
        /// Name of the file within the folder, or the folder itself.
        package let file: String
        /// Counted from 1; the nearest line above for what is missing, nil where no line is to blame.
        package let line: Int?
        /// What is wrong, and the JSON Pointer of the key.
        package let violation: Violation

        package var description: String {
            let place = line.map { "\(file):\($0)" } ?? file
            let pointer = violation.pointer.isEmpty ? "" : " \(violation.pointer)"
            return "\(place):\(pointer) \(violation.detail.en) (\(violation.code))"
        }
    }

    /// In the order of files and lines.
    package let mistakes: [Mistake]

    init(_ mistakes: [Mistake]) {
        self.mistakes = mistakes.sorted { left, right in
            (left.file, left.line ?? 0, left.violation.pointer) < (right.file, right.line ?? 0, right.violation.pointer)
        }
    }

    /// One mistake a line.
    package var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
