import Foundation
import NIOHTTP1
import Schema

extension RunningService {
    package struct NotValidated: Error, CustomStringConvertible {
        package let description: String
    }

    /// The region proposes the catalogue's versions of some indicators, and its body validates them, once.
    ///
    /// - Parameters:
    ///   - publisher: a token of the region with `reporting:publish` and `reporting:read`.
    ///   - decider: one with `crefop:decide`.
    package func validate(
        _ codes: [String], in region: String, publisher: String, decider: String, body: String = "crefop"
    ) async throws {
        for code in codes {
            let indicator = try await get("/v1/indicators/\(code)", token: publisher)
            guard let version = try indicator.json.object?["version"]?.string else {
                throw NotValidated(description: "\(code): \(indicator.text.prefix(400))")
            }
            let path = "/v1/indicators/\(code)/versions/\(version)"
            let proposed = try await send(.POST, path + "/proposal", token: publisher)
            if try proposed.json.object?["current_state"] == "validated" { continue }
            guard proposed.status == 200, let tag = proposed.headers["etag"].first else {
                throw NotValidated(description: "\(code): \(proposed.text.prefix(400))")
            }
            let decided = try await send(
                .POST, path + "/decision", token: decider, headers: [("If-Match", tag)],
                json: """
                    {"region":"\(region)","body":"\(body)","session_date":"\(ParisClock.today.text)",\
                    "decision":"validated"}
                    """)
            guard decided.status == 200 else {
                throw NotValidated(description: "\(code): \(decided.text.prefix(400))")
            }
        }
    }
}
