import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `POST /v1/recommendations`: who suits a need best, and why. It reads what is in memory and keeps nothing: a need says
/// more of a person than an address may hold, so it is sent as a body.
struct RecommendationsRoutes {
    let index: DirectoryIndex
    let networks: NetworkRules
    let now: @Sendable () -> Date

    var routes: [Route] { [Route(.post, "/v1/recommendations", .scope(.directoryRead), recommend)] }

    private func recommend(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let need = try request.parse(try await request.bytes()) { NeedDraft($0) }
        let snapshot = index.snapshot
        let (commune, excluded) = try judged(need, in: snapshot)
        let wall = ParisTime.wall(at: now())
        let recommending = Recommending(need, for: commune, in: snapshot, excluding: excluded, now: wall)
        let suited = recommending.suited(upTo: need.limit * 2)
        var alternatives = Array(suited.best.dropFirst(need.limit))
        if need.wantsAlternatives, alternatives.count < need.limit {
            // So few suit that all of them are known.
            alternatives += recommending.alternatives(
                beside: Set(suited.best.map(\.structure)), upTo: need.limit - alternatives.count)
        }
        var json = JSONWriter(reservingCapacity: 16_384)
        json.object { json in
            json.member("items") { json in
                json.array(of: suited.best.prefix(need.limit)) { $1.write(to: &$0, now: wall) }
            }
            json.member("alternatives") { json in
                json.array(of: need.wantsAlternatives ? alternatives : []) { $1.write(to: &$0, now: wall) }
            }
            json.member("suited", suited.count)
        }
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// Holds the need to what there is: whoever excludes what nobody knows has made a mistake.
    private func judged(
        _ need: NeedDraft, in snapshot: Snapshot
    ) throws(Refusal) -> (commune: Commune?, excluded: Set<UUID>) {
        var violations: [Violation] = []
        let commune = need.commune.flatMap(snapshot.geography.commune)
        if need.commune != nil, commune == nil {
            violations.append(Violation(.unknownCommune, at: "/place/commune"))
        }
        if let near = need.near, snapshot.geography.isSwapped(near) {
            violations.append(Violation(.swappedCoordinates, at: "/place/near"))
        }
        var excluded: Set<UUID> = []
        for (place, id) in need.excludedStructures.enumerated() {
            if snapshot.find(id) != nil {
                excluded.insert(id)
            } else if let tombstone = snapshot.tombstones[id] {
                // Whoever stands for it today is meant, too.
                tombstone.standing(among: snapshot.tombstones).map { _ = excluded.insert($0) }
            } else {
                violations.append(Violation(.unknownStructure, at: "/exclude/structures/\(place)"))
            }
        }
        for (place, code) in need.excludedNetworks.enumerated() where !networks.isNetwork(code) {
            violations.append(Violation(StructureRules.unknownNetwork, at: "/exclude/networks/\(place)"))
        }
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
        return (commune, excluded)
    }
}
