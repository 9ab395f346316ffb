import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// One of the directory's lists, and each of its entries, from memory.
struct ListingReadRoutes<Draft: ServedListing>: Sendable {
    let list: ListingIndex<Draft>
    let ground: ListingGround

    var routes: [Route] {
        let (path, types) = ("/v1/\(Draft.list)", ListingForm.types(of: Draft.self))
        return [
            Route(.get, path, .scope(.directoryRead), produces: types, index),
            Route(.get, path + "/{id}", .scope(.directoryRead), produces: types, show),
        ]
    }

    private func index(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let geography = ground.geography
        var query = ListingParameters(
            try request.query(), geography: geography, networks: ground.networks, now: ground.now())
        let filter = ListingFilter<Draft>(&query)
        let paging = ListPaging(query.reader, path: "/v1/\(Draft.list)", query.given, ground.cursors)
        try query.reader.finish()
        // The pages of one list go on with the day of the first: at midnight nobody is doubled or left out.
        let day = paging.after.flatMap { Int($0.prefix { $0 != "|" }) } ?? ParisTime.wall(at: query.now).day
        let places = list.ordered(on: day).places(after: paging.after)
        let page = paging.page(of: places.lazy.filter { filter.matches($0.entry.draft) }, by: \.position)
        var response: Response
        switch try ListingForm.preferred(by: request, of: Draft.self) {
        case .json:
            response = page.response(to: request, age: list.age) { $1.entry.write(to: &$0, in: geography) }
        case .calendar:
            let calendar = Draft.calendar(of: page.items.map(\.entry), in: geography)
            response = page.response(calendar, as: ListingForm.calendar.contentType, to: request, age: list.age)
        }
        ListingForm.tellChoice(in: &response, of: Draft.self)
        return response
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        guard let entry = try await list.find(try context.id()) else { throw Refusal(.notFound) }
        var response: Response
        switch try ListingForm.preferred(by: request, of: Draft.self) {
        case .json:
            let tag = ground.tag(entry.version)
            if tag.isNamed(byIfNoneMatchOf: request) {
                response = .notModified(tag, age: list.age)
            } else {
                var json = JSONWriter(reservingCapacity: 2048)
                entry.write(to: &json, in: ground.geography)
                var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
                headers[.eTag] = tag.text
                headers.addSnapshotAge(list.age)
                response = Response(
                    status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
            }
        case .calendar:
            let calendar = Draft.calendar(of: [entry], in: ground.geography)
            response = .small(calendar, as: ListingForm.calendar.contentType, for: request)
            response.headers.addSnapshotAge(list.age)
        }
        ListingForm.tellChoice(in: &response, of: Draft.self)
        return response
    }
}

/// In which form a list is answered, by `Accept`.
enum ListingForm: CaseIterable {
    case json, calendar

    private var mediaType: String { self == .json ? "application/json" : "text/calendar" }

    var contentType: String { self == .json ? mediaType : "text/calendar; charset=utf-8" }

    /// Only a list of dates is a calendar.
    static func types<Draft: ServedListing>(of list: Draft.Type) -> [String] {
        allCases.filter { $0 == .json || Draft.hasDates }.map(\.mediaType)
    }

    static func preferred<Draft: ServedListing>(by request: Request, of list: Draft.Type) throws(Refusal) -> ListingForm
    {
        let preferred = try request.preferredType(among: types(of: list))
        return allCases.first { $0.mediaType == preferred } ?? .json
    }

    /// Tells caches that there is a choice.
    static func tellChoice<Draft: ServedListing>(in response: inout Response, of list: Draft.Type) {
        if Draft.hasDates { response.headers[.vary] = "Accept" }
    }
}
