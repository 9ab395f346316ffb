import Postgres
import Schema

/// What an indicator counts: a query whose rows are its observations. A further one is a type of its own in a file of
/// its own, listed in ``Populations/all``.
protocol Population: Sendable {
    /// As definitions call it.
    static var name: String { get }
    /// What one of them is, when it counts and where, for those who read definitions.
    static var summary: LocalizedText { get }
    /// What else the query tells of each; department, territory and network are told of all.
    static var attributes: [Attribute] { get }
    /// Whether they are read as they are at the ends of periods (structures, territories), each period by itself;
    /// otherwise they happen at an instant.
    static var isOfMoments: Bool { get }
    static var isAboutPersons: Bool { get }

    /// The query of one period: a year of what happens, or a period at whose end a state is read. Columns: `at`
    /// (timestamptz, when it happened; null at a moment), `places` (text[], keys `kind:code` of the territories in
    /// which it lies), `network` (text or null), `weight` (bigint); of persons `person` (text or null) and
    /// `is_linkable` (bool, or null for what is about nobody); and one of the name of each attribute: bool, text,
    /// text[] or bigint, or null.
    static func query(_ scope: PopulationScope) -> Query
}

extension Population {
    static var isAboutPersons: Bool { !isOfMoments }

    /// With their places.
    static var allAttributes: [Attribute] {
        Attribute.placed([.dimension(.department), .dimension(.territory), .dimension(.network)] + attributes)
    }

    static var dimensions: Set<Dimension> { Set(allAttributes.compactMap(\.dimension)) }
}

enum Populations {
    static let all: [any Population.Type] = [
        Receptions.self, Episodes.self, OutOfScopeRequests.self, Referrals.self, Structures.self, Closures.self,
        Offers.self, Territories.self, Communes.self, PeopleAndInhabitants.self, LabelSteps.self, Networks.self,
        Staff.self, CEPEpisodes.self, CEPTakeUp.self, CEPProgress.self, UserAnswers.self, UserAnswersOfTwoYears.self,
        ProfessionalAnswers.self, KnownStructures.self, StructurePairs.self, Actions.self, Invitations.self,
        ContactPoints.self, ExpectedReports.self, Decisions.self, DefinitionStates.self, Incidents.self,
        WebStatistics.self, PSADCases.self,
    ]
}
