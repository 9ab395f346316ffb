import Schema

/// How long and how visibly a structure is open.
package struct OpeningRule: Sendable, Equatable {
    /// Half-days of service a week; nil where the specification gives no number.
    package let halfDaysPerWeek: Int?
    /// Whether those half-days must be dedicated to guidance.
    package let dedicatedService: Bool?
    package let hoursDisplayed: Bool?
    package let closureNotice: ClosureNotice?
    package let quote: String

    /// A closure is announced ahead; by so many days, where the specification says it.
    package struct ClosureNotice: Sendable, Equatable {
        package let days: Int?
        package let quote: String

        init?(_ object: ObjectReader) {
            days = object.nullable("days", .int(1...365))
            guard let quote = object.quote() else { return nil }
            self.quote = quote
        }
    }

    init?(_ object: ObjectReader) {
        halfDaysPerWeek = object.nullable("half_days_per_week", .int(1...14))
        dedicatedService = object.nullable("dedicated_service", .bool)
        hoursDisplayed = object.nullable("hours_displayed", .bool)
        closureNotice = object.nullable("closure_notice", .object(ClosureNotice.init))
        guard let quote = object.quote() else { return nil }
        self.quote = quote
    }
}
