import HTTPTypes
import Hummingbird
import Schema

/// A page and the files beside it, open to all: `GET /docs` and `GET /docs/{file}`.
///
/// Only what stands in the table is served, whatever a request spells; no request reads the disk.
package struct StaticPages: Sendable {
    private let path: String
    private let page: StaticFile
    private let files: [String: StaticFile]
    private let policy: String
    private let readsQuery: Bool

    /// - Parameters:
    ///   - path: where the page is; its files are one segment below.
    ///   - readsQuery: whether the page itself reads the query of its address, which the server then leaves alone.
    package init(
        at path: String, page: StaticFile, files: [String: StaticFile], policy: ContentPolicy = ContentPolicy(),
        readsQuery: Bool = false
    ) {
        self.path = path
        self.page = page
        self.files = files
        self.policy = policy.text
        self.readsQuery = readsQuery
    }

    package var routes: [Route] {
        [
            Route(.get, path, .open, produces: [page.mediaType]) { request, _ in
                if !readsQuery { try request.query().finish() }
                return answer(request, page)
            },
            Route(.get, path + "/{file}", .open, produces: Set(files.values.map(\.mediaType)).sorted()) {
                request, context in
                try request.query().finish()
                guard let file = context.pathParameter("file").flatMap({ files[$0] }) else { throw Refusal(.notFound) }
                return answer(request, file)
            },
        ]
    }

    private func answer(_ request: Request, _ file: StaticFile) -> Response {
        let gzip = AcceptEncoding(request.headers[values: .acceptEncoding]).takesGzip ? file.gzip : nil
        let representation = gzip ?? file.plain
        var headers: HTTPFields = [
            .eTag: representation.tag.text, .cacheControl: "public, no-cache", .vary: "Accept-Encoding",
            .contentSecurityPolicy: policy, .referrerPolicy: "no-referrer", .crossOriginOpenerPolicy: "same-origin",
        ]
        if representation.tag.isNamed(byIfNoneMatchOf: request) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.contentType
        if gzip != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: representation.bytes))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}
