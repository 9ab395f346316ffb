/// A summary (*synthèse*) as its author writes it with the person: what they came for, what was done, what comes next.
package struct SummaryDraft: Sendable, Equatable {
    package let text: String
    package let nextSteps: [String]

    package init?(_ object: ObjectReader) {
        let text = object.required("text", .string(.personalLines(1...20_000)))
        nextSteps = object.optional("next_steps", .array(0...20, of: .string(.personal(1...500)))) ?? []
        object.refuse(["id", "version", "sha256", "state"])
        guard let text else { return nil }
        self.text = text
    }

    /// A summary that was written before, from ``write(to:)``.
    package init?(stored: [UInt8]) {
        guard let object = try? JSONValue(parsing: stored).object, let text = object["text"]?.string else { return nil }
        self.text = text
        nextSteps = (object["next_steps"]?.array ?? []).compactMap(\.string)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            json.member("next_steps", nextSteps)
        }
    }
}
