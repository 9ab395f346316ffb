/// Every kind of contribution that is taken.
enum ContributionKinds {
    static let all: [any Contribution.Type] = [
        UserSurveyAnswer.self, ProfessionalSurveyAnswer.self, NetworkAction.self, PlanOrReport.self,
        GovernanceDecision.self, Incident.self, WebStatistic.self, CEPEpisodeRecord.self, PSADCaseRecord.self,
        ReferencePopulation.self, ReferenceGroup.self,
    ]

    static subscript(kind: String) -> (any Contribution.Type)? { all.first { $0.kind == kind } }
}
