import Schema

/// What the region's network owes everyone.
package struct Principle: Sendable, Equatable {
    package let code: String
    /// For people, in French.
    package let text: String
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let code = object.code(unusedIn: used)
        let text = object.required("fr", .text(1...200))
        let quote = object.quote()
        guard let code, let text, let quote else { return nil }
        (self.code, self.text, self.quote) = (code, text, quote)
    }
}
