import Charters
import Foundation
import Schema
import Support

@testable import DirectoryService

extension NetworkRules {
    /// By the five charters, on the day of the demo data.
    static func test() throws -> NetworkRules {
        NetworkRules(charters: try loaded.get(), today: { CalendarDate(year: 2026, month: 11, day: 21)! })
    }

    private static let loaded = Result { try CharterSet.load(from: Repository.path("charters")) }
}
