import Charters
import Foundation
import Schema

/// What the charters say of networks, on the day of the question.
struct NetworkRules: Sendable {
    let charters: CharterSet
    let today: @Sendable () -> CalendarDate

    /// Whether a network of this code takes part today.
    func isNetwork(_ code: String) -> Bool { charters.isValid(network: code, on: today()) }

    /// Whether it gives career development advice above level 1.
    func isAdviser(_ code: String) -> Bool { isNetwork(code) && charters.network(code)?.cepOperator == true }
}
