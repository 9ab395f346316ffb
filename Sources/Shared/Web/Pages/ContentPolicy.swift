/// Content Security Policy (W3C CSP 3) of our pages: they run, style and call only what their own origin serves, nothing
/// inline, within no other site's frame. `data:` images are those that style sheets hold.
package struct ContentPolicy: Sendable {
    /// Origins of map tiles, such as `https://tiles.example`; without them no request leaves for a third party.
    private let imageOrigins: [String]

    package init(imageOrigins: [String] = []) { self.imageOrigins = imageOrigins }

    package var text: String {
        [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
            (["img-src 'self' data:"] + imageOrigins).joined(separator: " "), "base-uri 'none'", "form-action 'self'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }
}
