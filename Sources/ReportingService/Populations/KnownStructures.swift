import Postgres
import Schema

/// Of each structure that a professional was asked about, whether they know it. One answer is about several structures:
/// its person is the professional.
enum KnownStructures: Population {
    static let name = "known-structures"
    static let summary = LocalizedText(
        fr: "Structures sur lesquelles un professionnel a été interrogé, au jour de la réponse, au lieu "
            + "de la sienne",
        en: "Structures about which a professional was asked, by the day of the answer, at the place of "
            + "their own")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .flag("familiar")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select a.asked_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, format('%s %s', a.contributed_by, a.external_id) as person, true as is_linkable,
            1::bigint as weight, asked = any(a.known_structures) as familiar
        from professional_survey_answers a
        cross join unnest(a.asked_structures) asked
        join (\(scope.placed)) s on s.structure = a.structure
        where a.is_answered and a.asked_on \(scope.days)
        """
    }
}
