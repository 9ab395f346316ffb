import Schema

/// What is asked of an indicator: always a table of its plan, or a part of one.
struct FigureQuery: Sendable {
    let region: String
    let territory: String?
    let network: String?
    let period: Period
    let shape: TableShape

    /// The periods that the answer's rows are about: the one asked for, or its parts.
    let periods: [Period]
    /// The day in Paris on which it was asked: no state is judged by a later one.
    let today: CalendarDate

    private static let codes = Dimension.allCases.map(\.rawValue) + ["quarter", "month"]

    /// Reads the query; contradictions are violations of the parameter that is easiest to change.
    ///
    /// - Parameter today: periods that have not begun have no figures.
    /// - Throws: ``Refusal`` `invalid-parameters`.
    init(_ query: QueryReader, of definition: IndicatorDefinition, regions: [String], today: CalendarDate)
        throws(Refusal)
    {
        let region = query.required("region", .code(regions))
        let period = query.required("period", .begunPeriod(by: today))
        let territory = query.optional("territory", .guidanceTerritory)
        let network = query.optional("network", .slug)
        let by = query.list("by", .code(Self.codes), upTo: Self.codes.count)
        if Set(by).count != by.count { query.report(.duplicateItem, at: "by") }
        var dimensions = Set(by.compactMap(Dimension.init(rawValue:)))
        let begun = Period(.month, of: today).start
        var length = period?.length ?? .year
        let parts = by.compactMap { ["quarter": Period.Length.quarter, "month": .month][$0] }
        if parts.count > 1 {
            query.report(.contradiction("quarter", "month"), at: "by")
        } else if let part = parts.first {
            if part.rawValue >= length.rawValue { query.report(.noPart, at: "by") } else { length = part }
        }
        if territory != nil { dimensions.insert(.territory) }
        if network != nil { dimensions.insert(.network) }
        let shape = TableShape(length, by: dimensions)
        if dimensions.isSuperset(of: [.department, .territory]) {
            query.report(.contradiction("department", "territory"), at: "by")
        } else if !definition.plan.contains(shape) {
            query.report(.notPublished(definition), at: "by")
        }
        try query.finish()
        guard let region, let period else { throw Refusal(.invalidParameters) }
        (self.region, self.period, self.shape, self.today) = (region, period, shape, today)
        (self.territory, self.network) = (territory, network)
        periods = period.parts(length).filter { $0.start <= begun }
    }

    func includes(_ key: CellKey) -> Bool {
        (territory ?? key.place[.territory]) == key.place[.territory]
            && (network ?? key.place[.network]) == key.place[.network]
    }

    /// The same for the same question, for entity tags.
    var normalised: String {
        let dimensions = shape.dimensions.map(\.rawValue).sorted().joined(separator: ",")
        let periods = periods.map(\.text).joined(separator: ",")
        let day = isRunning(period.within(.year)) ? today.text : ""
        return [region, territory ?? "", network ?? "", periods, dimensions, day].joined(separator: "|")
    }

    /// Whether a day of the period is still to come, so that its figures are those of ``today``.
    func isRunning(_ period: Period) -> Bool { ParisClock.day(of: period.end) > today }
}

extension TextRule where Value == Period {
    /// A period that has begun: of another there are no figures.
    static func begunPeriod(by today: CalendarDate) -> TextRule {
        let begun = Period(.month, of: today).start
        return period.map { period throws(Flaw) in
            guard period.start <= begun else { throw .notBegun }
            return period
        }
    }
}

extension TextRule where Value == String {
    /// The key of a territory of the kind that figures are broken down by.
    fileprivate static let guidanceTerritory = territoryKey.map { key throws(Flaw) in
        guard key.hasPrefix("territoire-spro:") else {
            throw .format("territoire-spro:code, par exemple territoire-spro:52-01", "territoire-spro:code")
        }
        return key
    }
}

extension Flaw {
    fileprivate static let notBegun = Flaw(
        "not-begun", fr: "Cette période n’a pas commencé.", en: "This period has not begun.")
    fileprivate static let noPart = Flaw(
        "no-part", fr: "La période demandée n’est pas plus longue.", en: "The period asked for is not longer than that."
    )

    fileprivate static func contradiction(_ one: String, _ other: String) -> Flaw {
        Flaw(
            "contradiction", fr: "\(one) et \(other) ne vont pas ensemble.",
            en: "\(one) and \(other) do not go together.")
    }

    /// What is in no table of the plan is never published: nothing protects it.
    fileprivate static func notPublished(_ definition: IndicatorDefinition) -> Flaw {
        let tables = definition.plan.map(\.name).joined(separator: " ; ")
        return Flaw(
            "not-published", fr: "Ce croisement n’est pas publié. Tableaux : \(tables).",
            en: "This combination is not published. Tables: \(tables).")
    }
}

extension TableShape {
    /// `year`, `quarter by network, recipient_network`.
    var name: String {
        let dimensions = Dimension.allCases.filter(self.dimensions.contains).map(\.rawValue).joined(separator: ", ")
        return length.name + (dimensions.isEmpty ? "" : " by \(dimensions)")
    }
}

extension Period.Length {
    var name: String {
        switch self {
        case .year: "year"
        case .quarter: "quarter"
        case .month: "month"
        }
    }
}
