import Schema

/// A member of a record, and how CSV writes it.
struct ContributionMember: Sendable {
    enum Form: Sendable {
        case text, integer, number
        /// `true` or `false`.
        case flag
        /// Texts separated by blanks.
        case list
    }

    let name: String
    let form: Form
    /// A CSV file need not have a column for it.
    let isOptional: Bool

    static func required(_ name: String, _ form: Form = .text) -> ContributionMember {
        ContributionMember(name: name, form: form, isOptional: false)
    }

    static func optional(_ name: String, _ form: Form = .text) -> ContributionMember {
        ContributionMember(name: name, form: form, isOptional: true)
    }

    /// An empty field is no value, except of a list. What is not of the form stays a text, which its rule refuses.
    func value(of field: String) -> JSONValue {
        switch form {
        case .list: .array(field.split(separator: " ").map { .string(String($0)) })
        case _ where field.isEmpty: .null
        case .text: .string(field)
        case .integer: Int(field).map(String.init) == field ? .number(JSONNumber(text: field)) : .string(field)
        case .number: Self.isNumber(field) ? .number(JSONNumber(text: field)) : .string(field)
        case .flag: field == "true" ? .bool(true) : field == "false" ? .bool(false) : .string(field)
        }
    }

    private static func isNumber(_ field: String) -> Bool {
        do throws(Flaw) {
            _ = try TextRule<Double>.number(-1e12...1e12).read(field)
            return true
        } catch {
            return false
        }
    }
}
