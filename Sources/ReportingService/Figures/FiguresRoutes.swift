import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/indicators/{code}/data`: figures of one region, in JSON or CSV, with one mask for all who ask and however
/// they ask.
struct FiguresRoutes {
    let repository: ObservationRepository
    let gate: PublicationGate
    let catalogue: Catalogue
    let charters: CharterSet
    /// Nobody is shown among fewer persons than this.
    let threshold: Int
    /// Whether somebody reads the feeds to their ends: until then, figures would be of a beginning.
    let followsFeeds: Bool
    /// Of the answers, by the service's contract.
    let form: UInt64
    let today: @Sendable () -> CalendarDate
    private let cache = FigureCache()

    init(
        repository: ObservationRepository, gate: PublicationGate, catalogue: Catalogue, charters: CharterSet,
        threshold: Int, followsFeeds: Bool,
        form: UInt64, today: @escaping @Sendable () -> CalendarDate
    ) {
        self.repository = repository
        self.gate = gate
        self.catalogue = catalogue
        self.charters = charters
        self.threshold = threshold
        self.followsFeeds = followsFeeds
        self.form = form
        self.today = today
    }

    var routes: [Route] {
        [
            Route(
                .get, "/v1/indicators/{code}/data", .scope(.reportingRead),
                produces: AnswerFormat.allCases.map(\.mediaType), show)
        ]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let reader = try request.query()
        let served = try await served(request, reader, context)
        let definition = served.definition
        guard definition.obstacle == nil else { throw Refusal.notComputable(definition) }
        let name = reader.optional("format", .code(AnswerFormat.allCases.map(\.rawValue)))
        let query = try FigureQuery(
            reader, of: definition, regions: charters.charters.keys.sorted(), today: today())
        let preferred = try request.preferredType(among: AnswerFormat.allCases.map(\.mediaType))
        let format =
            name.flatMap(AnswerFormat.init(rawValue:)) ?? AnswerFormat.allCases.first { $0.mediaType == preferred }
            ?? .json
        let now = try await repository.standing()
        let tag = tag(served, query, format, now)
        if tag.isNamed(byIfNoneMatchOf: request), !isIncomplete(now) {
            return Response(status: .notModified, headers: Self.headers(tag))
        }
        let (figures, positions) = try await figures(served, query, at: now)
        let (completeness, last) = try await repository.completeness(
            of: definition, region: query.region, in: query.period, on: query.today)
        guard !isIncomplete(now), !isIncomplete(last) else { throw Refusal.rebuilding }
        // Of several readings between which something came in, all saw what had been read when the question came; and
        // their tag is one that no answer of one reading has.
        let isOfOne = positions.allSatisfy { $0 == last.position }
        let standing = isOfOne ? last : now
        let row = FigureRow.Context(
            definition: definition, isExperimental: served.isExperimental, region: query.region,
            target: charters.charters[query.region]?.indicatorTargets[definition.code]?.number, standing: standing,
            completeness: completeness)
        let rows = figures.filter { query.includes($0.key) }.map { FigureRow($0, row) }
        var headers = Self.headers(self.tag(served, query, format, positions: isOfOne ? [] : positions, standing))
        headers[.contentType] = format.contentType
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: Self.body(rows, format))))
    }

    /// What the caller may see of the indicator in the region that it asks for. Without a region the query is refused,
    /// by the catalogue's definition.
    private func served(
        _ request: Request, _ reader: QueryReader, _ context: ServiceContext
    ) async throws -> PublicationGate.Served {
        let shipped = try context.indicator(of: catalogue)
        let version = reader.optional("version", .definitionVersion)
        guard let region = try request.query().optional("region", .code(charters.charters.keys.sorted())) else {
            return PublicationGate.Served(definition: shipped, digest: [], isExperimental: true)
        }
        return try await gate.open(shipped, in: region, version: version, for: try context.caller)
    }

    /// Whether the facts are but a part of what is known: the rest is being read.
    private func isIncomplete(_ standing: DataStanding) -> Bool {
        standing.isRebuilding || (followsFeeds && standing.through == nil)
    }

    /// In order of cells and then of measures, with the position of each reading that differs from the one before.
    private func figures(
        _ served: PublicationGate.Served, _ query: FigureQuery, at standing: DataStanding
    ) async throws -> ([Figure], [String]) {
        let definition = served.definition
        var figures: [Figure] = []
        var positions: [String] = []
        for part in definition.parts {
            let entry = try await entry(served, part, query, at: positions.last ?? standing.position)
            guard !entry.isPartial else { throw Refusal.rebuilding }
            if positions.last != entry.position { positions.append(entry.position) }
            figures += entry.table.figures(of: query.shape, in: query.periods)
        }
        guard definition.parts.count > 1 else { return (figures, positions) }
        let order = Dictionary(uniqueKeysWithValues: definition.measures.enumerated().map { ($1.name, $0) })
        figures.sort {
            $0.key == $1.key
                ? order[$0.measure.name, default: 0] < order[$1.measure.name, default: 0] : $0.key < $1.key
        }
        return (figures, positions)
    }

    /// Of what happens in time, the table of the whole year; of a state, of all the moments asked for, read as one.
    private func entry(
        _ served: PublicationGate.Served, _ part: IndicatorDefinition.Part, _ query: FigureQuery,
        at position: String
    ) async throws -> FigureCache.Entry {
        let isOfMoments = part.population.isOfMoments
        let periods = isOfMoments ? query.periods : [query.period.within(.year)]
        let key = FigureCache.Key(
            indicator: served.reference, population: part.population.name, region: query.region,
            period: query.period.within(.year), position: position, moments: isOfMoments ? periods : [],
            day: query.isRunning(query.period.within(.year)) ? query.today : nil)
        return try await cache.entry(key) { [repository, threshold, plan = served.definition.plan] in
            let reading = try await repository.read(
                part.population, region: query.region, in: periods, on: query.today)
            let table = FigureTable(
                part, plan: plan, reading.observations, each: isOfMoments ? query.shape.length : nil,
                threshold: threshold)
            return FigureCache.Entry(
                table: table, position: reading.standing.position, isPartial: reading.standing.isRebuilding)
        }
    }

    private func tag(
        _ served: PublicationGate.Served, _ query: FigureQuery, _ format: AnswerFormat, positions: [String] = [],
        _ standing: DataStanding
    ) -> EntityTag {
        let charter = charters.charters[query.region]?.reference ?? ""
        return EntityTag(
            of: ["\(form)", served.reference, charter, "\(threshold)", query.normalised, format.rawValue]
                + positions + [standing.position, standing.through.map(RFC3339.format) ?? ""])
    }

    private static func headers(_ tag: EntityTag) -> HTTPFields {
        [.eTag: tag.text, .cacheControl: "private, no-cache", .vary: "Accept"]
    }

    private static func body(_ rows: [FigureRow], _ format: AnswerFormat) -> [UInt8] {
        switch format {
        case .json:
            var json = JSONWriter(reservingCapacity: 512 * (rows.count + 1))
            json.object { json in
                json.member("items") { json in json.array(of: rows) { $1.write(to: &$0) } }
                json.member("next_cursor") { $0.null() }
            }
            return json.bytes
        case .csv: return Array((FigureRow.names.joined(separator: ",") + "\r\n" + rows.map(\.csv).joined()).utf8)
        }
    }
}
