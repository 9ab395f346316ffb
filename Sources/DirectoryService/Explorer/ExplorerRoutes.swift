import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Schema
import ServiceCalls
import Tokens
import Web

/// `/explorer`: the page on which people look for a structure near them, and the token that it reads the API with.
///
/// A browser can keep no secret, so the page cannot be a client of the issuer itself. This service is one in its place,
/// and lends the page a token that reads the directory, as all who open the page may.
struct ExplorerRoutes {
    private let pages: StaticPages
    private let credentials: ServiceCredentials?
    private let verifier: TokenVerifier
    private let logger: Logger

    /// - Throws: where a file of the page is missing.
    init(_ settings: ExplorerSettings, on ground: ServiceDefinition.Ground) throws(Settings.Failure) {
        let folder = ground.host.pagesFolder + "/explorer"
        var files = try [String: StaticFile](Self.files, in: folder, namedBy: "SPRO_PAGES")
        let leaflet = settings.leafletFolder
        let hasMap = FileManager.default.fileExists(atPath: leaflet)
        if hasMap {
            for (name, original) in ["leaflet.js": "leaflet.esm.min.js", "leaflet.css": "leaflet.css"] {
                files[name] = try StaticFile(original, in: leaflet, namedBy: "SPRO_LEAFLET")
            }
        } else {
            ground.logger.warning("the explorer has no map: there is no Leaflet", metadata: ["folder": "\(leaflet)"])
        }
        files["settings.json"] = Self.settings(hasMap: hasMap, tiles: settings.tiles)
        pages = StaticPages(
            at: "/explorer", page: try StaticFile("index.html", in: folder, namedBy: "SPRO_PAGES"), files: files,
            policy: ContentPolicy(imageOrigins: settings.tiles.map { [$0.origin] } ?? []), readsQuery: true)
        credentials = settings.client.map { client in
            let source = TokenSource(
                issuer: ground.host.issuer, endpoint: client.endpoint, clientID: client.id,
                clientSecret: client.secret, scopes: [.directoryRead])
            return ServiceCredentials(source: source, audience: "directory")
        }
        verifier = ground.verifier
        logger = ground.logger
    }

    var routes: [Route] { pages.routes + [Route(.get, "/explorer/token", .open, lendToken)] }

    private static let files = [
        "explorer.css", "app.js", "api.js", "commune.js", "dom.js", "hours.js", "map.js", "places.js", "state.js",
        "structure.js", "text.js", "icon.svg",
    ]

    private static func settings(hasMap: Bool, tiles: ExplorerSettings.Tiles?) -> StaticFile {
        var json = JSONWriter()
        json.object { json in
            json.member("map", hasMap)
            json.member("tiles") { json in
                json.optional(tiles) { json, tiles in
                    json.object { json in
                        json.member("template", tiles.template)
                        json.member("credit", tiles.credit)
                    }
                }
            }
        }
        return StaticFile(json.bytes, contentType: "application/json")
    }

    private func lendToken(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        guard let credentials else { throw Self.disabled }
        let (token, verified) = try await sound(credentials)
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", token.revealed)
            json.member("token_type", "Bearer")
            json.member("expires_in", max(0, verified.expiresAt - Int(Date().timeIntervalSince1970)))
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// A token that this service believes and that can do nothing but read the directory, for nobody in particular:
    /// whatever the issuer gives a client that has more is not handed to the public.
    private func sound(_ credentials: ServiceCredentials) async throws -> (Redacted<String>, VerifiedToken) {
        do {
            let token = try await credentials.token()
            do {
                let verified = try await verifier.verify(token.revealed, from: "explorer")
                guard verified.scopes == [.directoryRead], verified.isNobody else { throw TooPowerful() }
                return (token, verified)
            } catch {
                await credentials.reject(token)
                throw error
            }
        } catch {
            logger.error("the explorer gets no token", metadata: ["error": "\(error)"])
            throw Self.unavailable
        }
    }

    private struct TooPowerful: Error, CustomStringConvertible {
        let description = "the client's tokens hold more than directory:read"
    }

    private static let disabled = Refusal(
        .notFound, fr: "L’exploitant de ce service n’a pas ouvert cette page au public.",
        en: "The operator of this service has not opened this page to the public.")
    private static let unavailable = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "L’annuaire ne peut pas être lu pour l’instant. Réessayez dans un moment.",
            en: "The directory cannot be read at the moment. Try again in a while."), retryAfter: 5)
}

extension VerifiedToken {
    /// Whether it speaks for no region, structure, network or territory.
    fileprivate var isNobody: Bool {
        region == nil && structures.isEmpty && networks.isEmpty && territories.isEmpty
    }
}
