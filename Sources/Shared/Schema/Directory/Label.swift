/// The label that a region's procedure granted; only that procedure, or an import, changes it.
package struct Label: Sendable, Equatable {
    /// What everybody may know of a structure. Who applies, and who was refused, is between the candidate, its examiner
    /// and the region.
    package static let publicStates = ["aucun", "accorde", "suspendu", "retire"]

    package let state: String
    /// The charter under which it was decided, as `28@1.0.0`.
    package let charter: String?
    package let decidedOn: CalendarDate?

    package init(state: String, charter: String?, decidedOn: CalendarDate?) {
        (self.state, self.charter, self.decidedOn) = (state, charter, decidedOn)
    }

    /// - Parameter states: the codes that it may have.
    package init?(_ object: ObjectReader, states: [String] = Vocabulary.labelState.codes) {
        let state = object.required("state", .code(states))
        charter = object.optional("charter", .text(1...64))
        decidedOn = object.optional("decided_on", .date)
        guard let state else { return nil }
        self.state = state
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state)
            json.member("charter", charter)
            json.member("decided_on", decidedOn?.text)
        }
    }
}
