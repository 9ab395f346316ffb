/// `/docs`: the description at `/openapi.yaml`, as Swagger UI shows it.
///
/// Swagger UI is not part of this repository: `SPRO_SWAGGER_UI` names the folder that it was put into. Without it the
/// page says how to get it.
struct DocsPages {
    private let pages: StaticPages

    /// - Throws: where a file is missing: the service then does not start.
    init(_ host: HostSettings) throws(Settings.Failure) {
        let folder = host.pagesFolder + "/docs"
        var files = try [String: StaticFile](["docs.css", "docs.js", "icon.svg"], in: folder, namedBy: "SPRO_PAGES")
        if let swagger = host.swaggerUIFolder {
            let library = ["swagger-ui.css", "swagger-ui-bundle.js"]
            files.merge(try [String: StaticFile](library, in: swagger, namedBy: "SPRO_SWAGGER_UI")) { ours, _ in ours }
        }
        let page = host.swaggerUIFolder == nil ? "missing.html" : "index.html"
        pages = StaticPages(
            at: "/docs", page: try StaticFile(page, in: folder, namedBy: "SPRO_PAGES"), files: files)
    }

    var routes: [Route] { pages.routes }
}
