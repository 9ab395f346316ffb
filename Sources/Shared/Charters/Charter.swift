package import Schema

/// The rules of one region as data, each with the passage of the region's specification that it comes from. What the
/// specification does not say is nil, and the product's default holds.
package struct Charter: Sendable, Equatable {
    /// INSEE code.
    package let region: String
    package let name: String
    /// Semantic version: major when a rule changes, minor when one is added, patch for wording.
    package let version: String
    package let source: Source
    package let networks: [Network]
    package let memberStatuses: [MemberStatus]
    package let territories: [TerritoryRule]
    package let serviceKinds: [ServiceKindRule]
    package let label: LabelProcedure?
    package let opening: OpeningRule?
    package let reception: ReceptionRules
    package let hopRule: HopRule?
    package let cep: CEPRules
    package let timers: Timers
    package let retention: Retention
    /// By indicator code; no entry: no target.
    package let indicatorTargets: [String: IndicatorTarget]
    package let validationBody: ValidationBody?
    package let bodies: [Body]
    package let coordination: Coordination
    package let annualReport: AnnualReportRule?
    package let principles: [Principle]

    /// As a label quotes it: `28@1.0.0`.
    package var reference: String { "\(region)@\(version)" }

    package func network(_ code: String) -> Network? { networks.first { $0.code == code } }
    package func serviceKind(_ code: String) -> ServiceKindRule? { serviceKinds.first { $0.code == code } }
    package func memberStatus(_ code: String) -> MemberStatus? { memberStatuses.first { $0.code == code } }

    /// The networks are read apart, because they are compared across charters even where another rule is wrong.
    static func networks(_ object: ObjectReader) -> [Network]? { object.codedList("networks", 1...200, Network.init) }

    init?(_ object: ObjectReader, networks: [Network]?) {
        let region = object.required("region", .string(.regionCode))
        let name = object.required("name", .text(1...100))
        let version = object.required("version", .string(.semanticVersion))
        let source = object.required("source", .object(Source.init))
        let memberStatuses = object.codedList("member_statuses", 0...20, MemberStatus.init)
        let territories = object.codedList("territories", 0...20, TerritoryRule.init)
        let serviceKinds = object.codedList("service_kinds", 0...50, ServiceKindRule.init)
        opening = object.nullable("opening", .object(OpeningRule.init))
        let reception = object.required("reception", .object(ReceptionRules.init))
        hopRule = object.nullable("hop_rule", .object(HopRule.init))
        let cep = object.required("cep", .object(CEPRules.init))
        timers = object.nullable("timers", .object(Timers.init)) ?? .productDefaults
        retention = object.nullable("retention", .object(Retention.init)) ?? .productDefault
        let targets = object.required("indicator_targets", .object(IndicatorTarget.all))
        let bodies = object.codedList("bodies", 0...50, Body.init)
        let bodyCodes = (bodies ?? []).map(\.code)
        label = object.nullable("label", .object { LabelProcedure($0, bodies: bodyCodes) })
        validationBody = object.nullable("validation_body", .object { ValidationBody($0, bodies: bodyCodes) })
        let coordination = object.required("coordination", .object(Coordination.init))
        annualReport = object.nullable("annual_report", .object { AnnualReportRule($0, bodies: bodyCodes) })
        let principles = object.codedList("principles", 0...100, Principle.init)
        guard let region, let name, let version, let source, let networks, let memberStatuses, let territories,
            let serviceKinds, let reception, let cep, let targets, let bodies, let coordination, let principles
        else { return nil }
        (self.region, self.name, self.version, self.source) = (region, name, version, source)
        (self.networks, self.memberStatuses, self.territories) = (networks, memberStatuses, territories)
        (self.serviceKinds, self.reception, self.cep, indicatorTargets) = (serviceKinds, reception, cep, targets)
        (self.bodies, self.coordination, self.principles) = (bodies, coordination, principles)
    }

    /// The text that the charter puts into data.
    package struct Source: Sendable, Equatable {
        package let title: String
        package let annex: String?
        package let date: CalendarDate?
        /// In years, both included.
        package let period: ClosedRange<Int>?

        init?(_ object: ObjectReader) {
            let title = object.required("title", .text(1...300))
            annex = object.nullable("annex", .text(1...300))
            date = object.nullable("date", .date)
            period = object.nullable("period", .object(Self.readPeriod))
            guard let title else { return nil }
            self.title = title
        }

        private static func readPeriod(_ object: ObjectReader) -> ClosedRange<Int>? {
            let from = object.required("from", .int(1900...2200))
            let to = object.required("to", .int(1900...2200))
            guard let from, let to else { return nil }
            guard from <= to else {
                object.report(.outOfRange("\(from)", "2200"), at: "to")
                return nil
            }
            return from...to
        }
    }
}
