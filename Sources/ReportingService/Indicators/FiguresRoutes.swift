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
        repository: ObservationRepository, charters: CharterSet, threshold: Int, followsFeeds: Bool,
        form: UInt64, today: @escaping @Sendable () -> CalendarDate
    ) {
        self.repository = repository
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
        let definition = try context.indicator
        let reader = try request.query()
        let name = reader.optional("format", .code(AnswerFormat.allCases.map(\.rawValue)))
        let query = try FigureQuery(
            reader, of: definition, regions: charters.charters.keys.sorted(), today: today())
        let preferred = try request.preferredType(among: AnswerFormat.allCases.map(\.mediaType))
        let format =
            name.flatMap(AnswerFormat.init(rawValue:)) ?? AnswerFormat.allCases.first { $0.mediaType == preferred }
            ?? .json
        var standing = try await repository.standing()
        let tag = tag(definition, query, format, [standing])
        if tag.isNamed(byIfNoneMatchOf: request), !isIncomplete(standing) {
            return Response(status: .notModified, headers: Self.headers(tag))
        }
        let (figures, seen) = try await figures(definition, query, at: standing)
        if seen.position != standing.position { standing = seen }
        guard !isIncomplete(standing) else { throw Self.rebuilding }
        let (completeness, later) = try await repository.completeness(
            definition.population, region: query.region, in: query.period, recognition: recognition(query.region))
        let row = FigureRow.Context(
            definition: definition, region: query.region,
            target: charters.charters[query.region]?.indicatorTargets[definition.code]?.number, standing: standing,
            completeness: completeness)
        let rows = figures.filter { query.includes($0.key) }.map { FigureRow($0, row) }
        // Of two readings between which something came in: a tag that no answer of one reading has.
        let standings = later.position == standing.position ? [standing] : [standing, later]
        var headers = Self.headers(self.tag(definition, query, format, standings))
        headers[.contentType] = format.contentType
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: Self.body(rows, format))))
    }

    /// Whether the facts are but a part of what is known: the rest is being read.
    private func isIncomplete(_ standing: DataStanding) -> Bool {
        standing.isRebuilding || (followsFeeds && standing.through == nil)
    }

    /// Of what happens in time, the table of the whole year; of a state, of all the moments asked for, read as one.
    private func figures(
        _ definition: IndicatorDefinition, _ query: FigureQuery, at standing: DataStanding
    ) async throws -> ([Figure], DataStanding) {
        let isState = !definition.isAboutPersons
        let year = query.period.within(.year)
        let key = FigureCache.Key(
            indicator: definition.reference, region: query.region, period: year, position: standing.position,
            moments: isState ? query.periods : [])
        let entry = try await cache.entry(key) { [repository, threshold, recognition] in
            let reading = try await repository.read(
                definition.population, region: query.region, in: isState ? query.periods : [year],
                recognition: recognition(query.region))
            let table = FigureTable(
                definition, reading.observations, each: isState ? query.shape.length : nil, threshold: threshold)
            return FigureCache.Entry(table: table, standing: reading.standing)
        }
        return (entry.table.figures(of: query.shape, in: query.periods), entry.standing)
    }

    private func recognition(_ region: String) -> Recognition {
        charters.recognition(in: region)
    }

    private func tag(
        _ definition: IndicatorDefinition, _ query: FigureQuery, _ format: AnswerFormat, _ standings: [DataStanding]
    ) -> EntityTag {
        let charter = charters.charters[query.region]?.reference ?? ""
        return EntityTag(
            of: ["\(form)", definition.reference, charter, "\(threshold)", query.normalised, format.rawValue]
                + standings.flatMap { [$0.position, $0.through.map(RFC3339.format) ?? ""] })
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

    private static let rebuilding = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "Les données sont lues depuis le début : les chiffres viennent ensuite.",
            en: "The data are being read from the beginning: the figures come afterwards."),
        retryAfter: 30)
}
