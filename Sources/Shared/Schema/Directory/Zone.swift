/// A place with its type, because 53 is a region and a department.
package struct Zone: Sendable, Hashable {
    package let type: String
    package let code: String

    package init(type: String, code: String) {
        self.type = type
        self.code = code
    }

    /// `type:code`, the key of every index by zone.
    package var key: String { "\(type):\(code)" }

    init?(_ object: ObjectReader) {
        let type = object.required("type", .code(Vocabulary.zoneType.codes))
        let code = object.required("code", .string(.placeCode))
        guard let type, let code else { return nil }
        let isRight: Bool
        switch type {
        case "commune": isRight = code.utf8.count == 5
        case "epci": isRight = code.utf8.count == 9
        case "departement": isRight = (2...3).contains(code.utf8.count)
        case "region": isRight = code.utf8.count == 2
        default: isRight = code == "FR"
        }
        guard isRight else {
            object.report(.format("un code de \(type) (Insee)", "an Insee code of a \(type)"), at: "code")
            return nil
        }
        self.init(type: type, code: code)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", type)
            json.member("code", code)
        }
    }
}
