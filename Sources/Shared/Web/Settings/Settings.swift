import Configuration
package import Crypto
import Foundation
package import Schema

/// A service's settings, read strictly from environment variables named `SPRO_…`.
///
/// A setting that is malformed, or one that nobody knows (a typo), stops the start with a sentence that names it:
/// call ``finish()`` after the last read. A secret may also stand in a file named by `SPRO_…_FILE`.
package final class Settings {
    private let reader: ConfigReader
    private let given: Set<String>
    private var known: Set<String> = []
    private var complaints: [String] = []

    package struct Failure: Error, CustomStringConvertible {
        package let complaints: [String]
        package var description: String {
            "The settings are not right:\n" + complaints.map { "  - \($0)" }.joined(separator: "\n")
        }
    }

    package init(environment: [String: String]) {
        reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
        given = Set(environment.keys.filter { $0.hasPrefix("SPRO_") })
    }

    /// A setting with a documented default.
    package func value<Value>(_ name: String, _ rule: TextRule<Value>, default fallback: Value) -> Value {
        guard let text = text(name) else { return fallback }
        return read(text, name, rule) ?? fallback
    }

    /// A setting without which the service does not start; nil only beside a complaint that ``finish()`` throws.
    package func required<Value>(_ name: String, _ rule: TextRule<Value>) -> Value? {
        guard let text = text(name) else {
            complaints.append("\(variable(name)) is required")
            return nil
        }
        return read(text, name, rule)
    }

    package func optional<Value>(_ name: String, _ rule: TextRule<Value>) -> Value? {
        text(name).flatMap { read($0, name, rule) }
    }

    /// A secret: from its variable, or from the file that `…_FILE` names (trailing line breaks dropped).
    package func secret(_ name: String, isRequired: Bool = true) -> Redacted<String>? {
        if text(name) != nil, text(name + ".file") != nil {
            complaints.append("\(variable(name)) and \(variable(name + ".file")) are both given: which one is meant?")
            return nil
        }
        if let path = text(name + ".file") {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                complaints.append("\(variable(name + ".file")) names a file that cannot be read")
                return nil
            }
            _ = self.text(name)
            return filled(String(text.reversed().drop { $0.isNewline }.reversed()), name + ".file")
        }
        if let text = text(name, isSecret: true) { return filled(text, name) }
        if isRequired { complaints.append("\(variable(name)) or \(variable(name + ".file")) is required") }
        return nil
    }

    /// A key that all replicas share: 32 bytes in base64, read as a secret; required. Beside a complaint it is of no use.
    package func key(_ name: String) -> SymmetricKey {
        let text = secret(name)?.revealed ?? ""
        let bytes = Data(base64Encoded: text) ?? Data()
        if !text.isEmpty, bytes.count != 32 { complain("\(variable(name)): 32 bytes in base64 are expected") }
        return SymmetricKey(data: bytes.count == 32 ? bytes : Data(count: 32))
    }

    /// An empty secret is a mistake, whatever would be made of it.
    private func filled(_ secret: String, _ name: String) -> Redacted<String>? {
        if !secret.isEmpty { return Redacted(secret) }
        complaints.append("\(variable(name)) gives an empty secret")
        return nil
    }

    package func complain(_ sentence: String) { complaints.append(sentence) }

    /// Throws ``Failure`` if any setting was missing, malformed or unknown.
    ///
    /// - Parameter refusingUnknown: false for commands that share the environment of a server and read less of it.
    package func finish(refusingUnknown: Bool = true) throws(Failure) {
        for name in given.subtracting(known).sorted() where refusingUnknown {
            complaints.append("\(name) is not a setting of this service")
        }
        if !complaints.isEmpty { throw Failure(complaints: complaints) }
    }

    private func text(_ name: String, isSecret: Bool = false) -> String? {
        known.insert(variable(name))
        return reader.string(forKey: ConfigKey("spro." + name), isSecret: isSecret)
    }

    private func read<Value>(_ text: String, _ name: String, _ rule: TextRule<Value>) -> Value? {
        do throws(Flaw) {
            return try rule.read(text)
        } catch {
            complaints.append("\(variable(name)): \(error.detail.en)")
            return nil
        }
    }

    private func variable(_ name: String) -> String {
        "SPRO_" + name.uppercased().replacing(".", with: "_")
    }
}
