import Foundation
package import Schema

/// One file of a folder of YAML documents: what could be read of it, and everything that is wrong with it, by line.
package struct YAMLFile<Value> {
    let name: String
    /// Where there are mistakes, what could be read all the same.
    private(set) var value: Value?
    private(set) var mistakes: [CharterFailure.Mistake] = []
    private var lines: [String: Int] = [:]

    /// A document is a few hundred lines; a file beyond this is something else.
    static var largestSize: Int { 256 * 1024 }

    init(name: String, bytes: [UInt8], _ build: (ObjectReader, JSONValue) -> Value?) {
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
        let reading = ObjectReader.reading(document) { build($0, document) }
        value = reading.value
        mistakes = reading.violations.map { mistake($0) }
    }

    /// A file that cannot be read has no content, but a mistake.
    init(name: String, unreadable flaw: Flaw) {
        self.name = name
        mistakes = [mistake(flaw, at: "")]
    }

    /// Reads a file of the folder.
    init(name: String, in folder: URL, _ build: (ObjectReader, JSONValue) -> Value?) {
        do {
            let handle = try FileHandle(forReadingFrom: folder.appending(path: name))
            defer { try? handle.close() }
            let bytes = [UInt8](try handle.read(upToCount: Self.largestSize + 1) ?? Data())
            if bytes.count > Self.largestSize {
                self.init(name: name, unreadable: .tooLarge)
            } else {
                self.init(name: name, bytes: bytes, build)
            }
        } catch {
            self.init(name: name, unreadable: .unreadable)
        }
    }

    /// Reads every `*.yaml` of a folder, in the order of their names.
    ///
    /// - Parameter build: from the file's name, the reader of its document, and the document.
    /// - Throws: ``CharterFailure`` with every mistake of every file.
    package static func all(
        in directory: String, _ build: (String, ObjectReader, JSONValue) -> Value?
    ) throws(CharterFailure) -> [Value] {
        let files = try files(in: directory, build)
        let mistakes = files.flatMap(\.mistakes)
        guard mistakes.isEmpty else { throw CharterFailure(mistakes) }
        return files.compactMap(\.value)
    }

    static func files(
        in directory: String, _ build: (String, ObjectReader, JSONValue) -> Value?
    ) throws(CharterFailure) -> [YAMLFile] {
        let folder = URL(filePath: directory, directoryHint: .isDirectory)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw CharterFailure(YAMLFile(name: directory, unreadable: .unreadable).mistakes)
        }
        let documents = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
        // A file that its author takes for a document and the service does not see would be the worst mistake.
        let overlooked = names.filter { $0.hasSuffix(".yml") }.map { YAMLFile(name: $0, unreadable: .wrongSuffix) }
        guard !documents.isEmpty || !overlooked.isEmpty else {
            throw CharterFailure(YAMLFile(name: directory, unreadable: .noDocument).mistakes)
        }
        return documents.sorted().map { name in YAMLFile(name: name, in: folder) { build(name, $0, $1) } } + overlooked
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

extension Flaw {
    fileprivate static let tooLarge = Flaw(
        "file-too-large", fr: "Le fichier dépasse 256 Kio.", en: "The file is larger than 256 KiB.")
    fileprivate static let unreadable = Flaw(
        "unreadable-file", fr: "Le fichier ou le dossier ne peut pas être lu.",
        en: "The file or folder cannot be read.")
    fileprivate static let noDocument = Flaw(
        "no-charter", fr: "Ce dossier n’a pas de fichier .yaml.", en: "This folder has no .yaml file.")
    fileprivate static let wrongSuffix = Flaw(
        "wrong-suffix", fr: "Le nom d’un tel fichier finit par .yaml.", en: "Such a file’s name ends in .yaml.")
}
