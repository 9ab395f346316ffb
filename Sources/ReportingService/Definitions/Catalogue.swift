import Charters
import Schema

/// The definitions that the service comes with, one file an indicator: proposals, until a region's body has validated
/// them.
struct Catalogue: Sendable {
    /// In the order of the vocabulary `indicator`.
    let definitions: [IndicatorDefinition]
    private let byCode: [String: IndicatorDefinition]

    /// Reads every `*.yaml` of a folder.
    ///
    /// - Throws: ``CharterFailure`` with every mistake of every file, by line.
    static func load(from folder: String) throws(CharterFailure) -> Catalogue {
        let files = try YAMLFile<IndicatorDefinition>.all(in: folder) { name, object, document in
            let definition = IndicatorDefinition(object, document: document)
            if let definition, name != "\(definition.code).yaml" {
                object.report(.format("\(name) sans .yaml", "\(name) without .yaml"), at: "code")
            }
            return definition
        }
        let order = Dictionary(uniqueKeysWithValues: Vocabulary.indicator.codes.enumerated().map { ($1, $0) })
        return Catalogue(files.sorted { order[$0.code, default: 0] < order[$1.code, default: 0] })
    }

    private init(_ definitions: [IndicatorDefinition]) {
        self.definitions = definitions
        byCode = Dictionary(uniqueKeysWithValues: definitions.map { ($0.code, $0) })
    }

    func definition(_ code: String) -> IndicatorDefinition? { byCode[code] }
}
