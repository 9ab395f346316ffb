/// Days on which a structure is closed, both included, and when it said so.
package struct Closure: Sendable, Equatable {
    package let from: CalendarDate
    package let to: CalendarDate
    package let announcedOn: CalendarDate?

    init?(_ object: ObjectReader) {
        let from = object.required("from", .date)
        let to = object.required("to", .date)
        announcedOn = object.optional("announced_on", .date)
        guard let from, let to else { return nil }
        if to < from { object.report(.outOfRange(from.text, "9999-12-31"), at: "to") }
        self.from = from
        self.to = to
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("from", from.text)
            json.member("to", to.text)
            json.member("announced_on", announcedOn?.text)
        }
    }
}
