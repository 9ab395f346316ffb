/// The lists that tell how a structure's record came to be.
extension Vocabulary {
    package static let structureOperation = Vocabulary(
        "structure_operation",
        [
            ("created", "Créée", "Created"),
            ("updated", "Modifiée", "Changed"),
            ("imported", "Importée d’un fichier", "Imported from a file"),
            ("relocated", "Passée dans d’autres territoires, sans autre changement", "In other territories, without another change"),
            ("verified", "Vérifiée, sans autre changement", "Verified, without another change"),
            ("moved", "Rattachée à un autre siège", "Given another parent"),
            ("merged", "Fusionnée dans une autre", "Merged into another"),
            ("removed", "Supprimée", "Removed"),
        ])
}
