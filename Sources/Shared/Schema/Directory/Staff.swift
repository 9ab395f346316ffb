/// How many professionals the structure declares, and how many of them are qualified for guidance.
package struct Staff: Sendable, Equatable {
    package let declared: Int
    package let qualified: Int?

    init?(_ object: ObjectReader) {
        let declared = object.required("declared", .int(0...100_000))
        qualified = object.optional("qualified", .int(0...100_000))
        guard let declared else { return nil }
        self.declared = declared
        if let qualified, qualified > declared { object.report(.outOfRange("0", "\(declared)"), at: "qualified") }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("declared", declared)
            json.member("qualified", qualified)
        }
    }
}
