package import Schema

extension LabelProcedure {
    /// The members, between the braces of an object, as `init` reads them back: a call keeps the procedure that it was
    /// published with, whatever becomes of the charter.
    package func write(to json: inout JSONWriter) {
        json.member("procedure", kind.rawValue)
        json.member("quote", quote)
        json.member("closes_at", deadline?.localTime)
        json.member("time_zone", deadline?.timeZone)
        json.member("closes_at_quote", deadline?.quote)
        json.member("steps") { $0.array(of: steps) { $1.write(to: &$0) } }
        json.member("criteria") { json in
            json.array(of: criteria) { json, criterion in json.object { criterion.write(to: &$0) } }
        }
        json.member("decision_body") { Self.write(decisionBody, as: "name", to: &$0) }
        json.member("withdrawal") { Self.write(withdrawal, as: "cause", to: &$0) }
    }

    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { write(to: &$0) }
        return json.bytes
    }

    private static func write(_ rule: Quoted<String>?, as name: String, to json: inout JSONWriter) {
        json.optional(rule) { json, rule in
            json.object { json in
                json.member(name, rule.value)
                json.member("quote", rule.quote)
            }
        }
    }
}

extension LabelProcedure.Step {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("code", code)
            json.member("act", act.rawValue)
            json.member("optional", isOptional)
            json.member("by", body)
            json.member("fr", text)
            json.member("from", from?.text)
            json.member("until", until?.text)
            json.member("quote", quote)
        }
    }
}

extension LabelProcedure.Criterion {
    /// The members, between the braces of an object.
    package func write(to json: inout JSONWriter) {
        json.member("code", code)
        json.member("fr", text)
        json.member("check") { $0.optional(check) { $1.write(to: &$0) } }
        json.member("quote", quote)
    }
}
