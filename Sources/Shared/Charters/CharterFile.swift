import Foundation
import Schema

/// One file of the folder: what could be read of it, and everything that is wrong with it.
struct CharterFile {
    let name: String
    private(set) var charter: Charter?
    /// The networks that could be read, even where another rule of the charter is wrong.
    private(set) var networks: [Network] = []
    private(set) var mistakes: [CharterFailure.Mistake] = []
    private var lines: [String: Int] = [:]

    /// A charter is a few hundred lines; a file beyond this is something else.
    static let largestSize = 256 * 1024

    init(name: String, bytes: [UInt8]) {
        self.name = name
        var reader = YAMLReader()
        let document = reader.read(bytes)
        lines = reader.lines
        if !reader.mistakes.isEmpty {
            mistakes = reader.mistakes.map {
                CharterFailure.Mistake(file: name, line: $0.line, violation: $0.violation)
            }
            return
        }
        do throws(Refusal) {
            var networks: [Network]?
            defer { self.networks = networks ?? [] }
            charter = try ObjectReader.read(document) { object in
                networks = Charter.networks(object)
                let charter = Charter(object, networks: networks)
                // So that no region has two charters, and nobody looks for one in vain.
                if let charter, name != "\(charter.region).yaml" {
                    object.report(.format("\(name) sans .yaml", "\(name) without .yaml"), at: "region")
                }
                return charter
            }
        } catch {
            mistakes = error.violations.map { mistake($0) }
        }
    }

    /// A file that cannot be read has no content, but a mistake.
    init(name: String, unreadable flaw: Flaw) {
        self.name = name
        mistakes = [mistake(flaw, at: "")]
    }

    func mistake(_ flaw: Flaw, at pointer: String) -> CharterFailure.Mistake { mistake(Violation(flaw, at: pointer)) }

    private func mistake(_ violation: Violation) -> CharterFailure.Mistake {
        CharterFailure.Mistake(file: name, line: line(of: violation.pointer), violation: violation)
    }

    /// The line of a key, or of the nearest one around it that exists.
    private func line(of pointer: String) -> Int? {
        var pointer = Substring(pointer)
        while true {
            if let line = lines[String(pointer)] { return line }
            guard let slash = pointer.lastIndex(of: "/") else { return nil }
            pointer = pointer[..<slash]
        }
    }
}

extension CharterFile {
    /// Reads a file of the folder.
    init(name: String, in folder: URL) {
        do {
            let handle = try FileHandle(forReadingFrom: folder.appending(path: name))
            defer { try? handle.close() }
            let bytes = [UInt8](try handle.read(upToCount: Self.largestSize + 1) ?? Data())
            if bytes.count > Self.largestSize {
                self.init(name: name, unreadable: .tooLarge)
            } else {
                self.init(name: name, bytes: bytes)
            }
        } catch {
            self.init(name: name, unreadable: .unreadable)
        }
    }
}

extension Flaw {
    static let tooLarge = Flaw(
        "file-too-large", fr: "Le fichier dépasse 256 Kio.", en: "The file is larger than 256 KiB.")
    static let unreadable = Flaw(
        "unreadable-file", fr: "Le fichier ou le dossier ne peut pas être lu.",
        en: "The file or folder cannot be read.")
}
