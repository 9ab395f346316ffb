/// Why a structure is recommended, or is no better placed, in words for the person who is advised.
extension Vocabulary {
    package static let recommendationReason = Vocabulary(
        "recommendation_reason",
        [
            ("competent", "Compétente pour la commune", "Competent for the commune"),
            ("not-competent", "Non compétente pour la commune", "Not competent for the commune"),
            ("in-the-commune", "Dans la commune", "In the commune"),
            ("near", "Dans le rayon demandé", "Within the radius asked for"),
            ("from-afar", "Accessible sans se déplacer", "Can be had without going anywhere"),
            ("channel", "Par un canal demandé", "By a channel asked for"),
            ("audience", "S’adresse à ce public", "Is for this audience"),
            ("everyone", "S’adresse à tous les publics", "Is for everyone"),
            ("audience-unstated", "Ne dit pas à quel public elle s’adresse", "Does not say whom it is for"),
            ("situation", "Prévue pour cette situation", "Made for this situation"),
            ("other-situation", "Prévue pour d’autres situations", "Made for other situations"),
            ("walk-in", "Reçoit sans rendez-vous", "Receives without an appointment"),
            ("open-now", "Ouverte en ce moment", "Open now"),
            ("lead-time", "Délai avant le premier rendez-vous connu", "Wait for an appointment known"),
            ("lead-time-unstated", "Délai avant le premier rendez-vous inconnu", "Wait for an appointment not known"),
            ("other-channel", "Par un autre canal que ceux demandés", "By another channel than those asked for"),
            ("beyond-radius", "Au-delà du rayon demandé", "Beyond the radius asked for"),
        ])
}
