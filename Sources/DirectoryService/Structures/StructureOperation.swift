/// Why a structure has a version: the codes of `Vocabulary.structureOperation`.
enum StructureOperation: String {
    case created, updated, imported, relocated, verified, moved, merged, removed, labelled
}
