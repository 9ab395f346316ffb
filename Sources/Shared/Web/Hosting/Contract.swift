import Crypto
import Foundation

/// The description of a service (OpenAPI), as it stands in the repository. Tests hold that it tells every member of every
/// answer: so its hash stands for the form of the answers.
package struct Contract: Sendable {
    let text: String
    /// Of its bytes: changes with a release that adds anything to an answer. Entity tags hold it.
    package let hash: UInt64

    /// - Throws: where the file cannot be read: a service without its contract does not start.
    init(file: String) throws(Settings.Failure) {
        do {
            self.init(text: try String(contentsOfFile: file, encoding: .utf8))
        } catch {
            throw Settings.Failure(complaints: ["SPRO_OPENAPI: \(file) cannot be read"])
        }
    }

    init(text: String) {
        self.text = text
        hash = SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
