import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/completeness`: who of a region's structures told of anything in a period, by network, and how fresh it is.
struct CompletenessRoutes {
    let repository: CompletenessRepository
    let charters: CharterSet
    let today: @Sendable () -> CalendarDate

    var routes: [Route] { [Route(.get, "/v1/completeness", .scope(.reportingRead), show)] }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (query, today) = (try request.query(), today())
        let region = query.required("region", .code(charters.charters.keys.sorted()))
        let period = query.required("period", .begunPeriod(by: today))
        try query.finish()
        guard let region, let period else { throw Refusal(.invalidParameters) }
        let completeness = try await repository.read(region, in: period, on: today)
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("region", region)
            json.member("period", period.text)
            json.member("sources") { json in
                json.array(of: completeness.sources) { json, source in
                    json.object { json in
                        json.member("source", source.source.rawValue)
                        json.member("data_through", source.dataThrough.map(RFC3339.format))
                        json.member("read_at", RFC3339.format(source.readAt))
                    }
                }
            }
            json.member("networks") { json in
                json.array(of: completeness.networks) { json, network in
                    json.object { json in
                        json.member("network", network.code)
                        json.member("all", network.isAll)
                        json.member("expected_structures", network.expected)
                        json.member("reporting_structures", network.reporting)
                        json.member("last_told_in", network.lastToldIn)
                    }
                }
            }
        }
        return .json(json, for: request)
    }
}
