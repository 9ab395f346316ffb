/// The lists that describe how a region's SPRO is agreed upon and coordinated, in the words of the specifications.
extension Vocabulary {
    /// Bretagne, V: «convention Etat-Région», «convention Région – réseaux régionaux», «convention Région – réseaux
    /// régionaux – structure membre du SPRO».
    package static let conventionLevel = Vocabulary(
        "convention_level",
        [
            ("etat-region", "État – Région", "State and region"),
            ("region-reseau", "Région – réseaux régionaux", "Region and regional networks"),
            (
                "region-reseau-structure", "Région – réseaux régionaux – structure membre",
                "Region, regional networks and member structure"
            ),
        ])

    /// Centre-Val de Loire: «désignent un coordinateur local»; Pays de la Loire: «dans chacun d'eux, un coordinateur a
    /// été identifié»; Normandie: «coordonnateurs orientation territoriaux»; Bretagne: the region's own services.
    package static let coordinatorRole = Vocabulary(
        "coordinator_role",
        [
            ("coordinateur-local", "Coordinateur local", "Local coordinator"),
            ("coordinateur-territoire", "Coordinateur du territoire SPRO", "Coordinator of the SPRO territory"),
            (
                "coordonnateur-orientation", "Coordonnateur orientation territorial",
                "Territorial guidance coordinator"
            ),
            ("services-region", "Services de la Région", "The region's own services"),
        ])

    /// Why there is a new version of a territory's coordination.
    package static let coordinationOperation = Vocabulary(
        "coordination_operation",
        [
            ("updated", "Modifiée", "Changed"),
            ("member-merged", "Une structure nommée a été fusionnée", "A structure that it names was merged"),
            ("member-removed", "Une structure nommée a été supprimée", "A structure that it names was removed"),
        ])
}
