import Schema

/// One row of an answer: the same members, in the same order and with the same mask, in every format.
struct FigureRow: Sendable {
    enum Member: Sendable {
        case text(String?)
        /// The text of a JSON number.
        case number(String?)
        case flag(Bool)
    }

    /// What all rows of an answer share.
    struct Context: Sendable {
        let definition: IndicatorDefinition
        /// No body has validated it.
        let isExperimental: Bool
        let region: String
        /// In the indicator's own unit; from the region's charter.
        let target: Double?
        let standing: DataStanding
        let completeness: Completeness
    }

    let members: [(name: String, member: Member)]

    init(_ figure: Figure, _ context: Context) {
        let place = figure.key.place
        var (value, numerator, denominator, status): (String?, Int?, Int?, String?) = (nil, nil, nil, nil)
        switch figure.content {
        case .suppressed: status = "c"
        case .shown(let shown, let part, let whole): (value, numerator, denominator) = (shown?.text, part, whole)
        }
        let target = figure.measure.hasTarget ? context.target : nil
        var members: [(name: String, member: Member)] = [
            ("indicator", .text(context.definition.code)),
            ("definition_version", .text(context.definition.version.text)),
            ("experimental", .flag(context.isExperimental)), ("region", .text(context.region)),
        ]
        members += Dimension.allCases.map { ($0.rawValue, .text(place[$0])) }
        members += [
            ("period", .text(figure.key.period.text)),
            ("measure", .text(figure.measure.name)), ("unit", .text(figure.measure.unit.rawValue)),
            ("value", .number(value)), ("numerator", .number(numerator.map(String.init))),
            ("denominator", .number(denominator.map(String.init))), ("status", .text(status)),
            ("target", .number(target.map { $0 == $0.rounded() ? String(Int($0)) : String($0) })),
            ("data_through", .text(context.standing.through.map(RFC3339.format))),
            ("expected_structures", .number(String(context.completeness.expected))),
            ("reporting_structures", .number(String(context.completeness.reporting))),
        ]
        self.members = members
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            for (name, member) in members {
                json.member(name) { json in
                    switch member {
                    case .text(let text): json.optional(text) { $0.value($1) }
                    case .number(let number):
                        json.optional(number) { $0.value(JSONValue.number(JSONNumber(text: $1))) }
                    case .flag(let flag): json.value(flag)
                    }
                }
            }
        }
    }

    /// A record of CSV (RFC 4180): codes, numbers and dates, of which none has a comma, a quote or a line break.
    var csv: String {
        members.map { _, member in
            switch member {
            case .text(let text): text ?? ""
            case .number(let number): number ?? ""
            case .flag(let flag): flag ? "true" : "false"
            }
        }.joined(separator: ",") + "\r\n"
    }

    /// The names in the order of every row.
    static let names =
        ["indicator", "definition_version", "experimental", "region"] + Dimension.allCases.map(\.rawValue) + [
            "period", "measure", "unit", "value", "numerator", "denominator", "status", "target", "data_through",
            "expected_structures", "reporting_structures",
        ]
}
