import Charters
import Foundation
import Schema

/// A call as it is shown: with its instants in UTC beside its wall clocks, and what its charter asks.
enum CallView {
    /// - Parameters:
    ///   - call: as its reader may see it.
    ///   - isWhole: with criteria, procedure and steps.
    static func write(_ call: Call, isWhole: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", call.id.text)
            call.draft.write(to: &json)
            json.member("time_zone", call.clock.zone.identifier)
            json.member("opens_at", RFC3339.format(call.opensAt))
            json.member("closes_at", RFC3339.format(call.closesAt))
            json.member("status", call.status)
            json.member("charter", call.charter)
            json.member("published_at", call.publishedAt.map(RFC3339.format))
            json.member("results_published_at", call.resultsPublishedAt.map(RFC3339.format))
            if isWhole {
                json.member("procedure") { json in json.object { call.procedure.write(to: &$0) } }
                json.member("steps") { json in json.array(of: call.steps) { $1.write(to: &$0) } }
            }
            json.member("updated_at", RFC3339.format(call.updatedAt))
            json.member("version", call.version)
        }
    }
}
