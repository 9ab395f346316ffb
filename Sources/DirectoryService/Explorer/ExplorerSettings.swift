import Foundation
import Schema
import ServiceCalls
import Web

/// What the explorer needs that only an operator knows.
struct ExplorerSettings: Sendable {
    /// Tiles of a map service, of which the page asks nothing unless they are configured.
    struct Tiles: Sendable {
        /// `https://tiles.example/{z}/{x}/{y}.png`.
        let template: String
        /// What their licence demands to be shown, as text.
        let credit: String

        /// For the page's content policy.
        var origin: String {
            let components = URLComponents(string: Self.filled(template))
            let port = components?.port.map { ":\($0)" } ?? ""
            return "\(components?.scheme ?? "https")://\(components?.host ?? "")\(port)"
        }

        /// The address of one tile.
        static func filled(_ template: String) -> String {
            ["z", "x", "y"].reduce(template) { $0.replacing("{\($1)}", with: "0") }
        }
    }

    /// The client whose tokens the page gets.
    struct Client: Sendable {
        let id: String
        let secret: Redacted<String>
        /// Nil where the issuer's discovery document tells it.
        let endpoint: String?
    }

    /// `SPRO_EXPLORER_CLIENT_ID`, `SPRO_EXPLORER_CLIENT_SECRET` or `…_FILE` (none: the page finds nobody), and
    /// `SPRO_TOKEN_ENDPOINT`.
    let client: Client?
    /// `SPRO_EXPLORER_TILES` and `SPRO_EXPLORER_TILES_CREDIT` (none: the map shows the communes as dots).
    let tiles: Tiles?
    /// `SPRO_LEAFLET`: the folder with Leaflet (that of Debian's `libjs-leaflet`; without it there is no map).
    let leafletFolder: String

    init(_ settings: Settings) {
        client = Self.client(settings)
        let template = settings.optional("explorer.tiles", .tiles)
        let credit = settings.optional("explorer.tiles.credit", .text(1...300))
        if (template == nil) != (credit == nil) {
            settings.complain("SPRO_EXPLORER_TILES and SPRO_EXPLORER_TILES_CREDIT belong together")
        }
        tiles = template.flatMap { template in credit.map { Tiles(template: template, credit: $0) } }
        leafletFolder = settings.value("leaflet", .text(1...1000), default: "/usr/share/javascript/leaflet")
    }

    private static func client(_ settings: Settings) -> Client? {
        let id = settings.optional("explorer.client.id", .text(1...200))
        let secret = settings.secret("explorer.client.secret", isRequired: false)
        let endpoint = settings.optional("token.endpoint", .tokenEndpoint)
        if (id == nil) != (secret == nil) {
            settings.complain("SPRO_EXPLORER_CLIENT_ID and SPRO_EXPLORER_CLIENT_SECRET belong together")
        }
        guard let id, let secret else { return nil }
        return Client(id: id, secret: secret, endpoint: endpoint)
    }
}

extension TextRule where Value == String {
    /// The address of map tiles: HTTPS, or HTTP to this machine, with `{z}`, `{x}` and `{y}`.
    static let tiles = TextRule { text throws(Flaw) in
        guard ["{z}", "{x}", "{y}"].allSatisfy({ text.contains($0) }),
            !text.contains(where: { $0 == ";" || $0 == "," || $0 == "'" }),
            let address = try? TextRule<String>.webAddress.read(ExplorerSettings.Tiles.filled(text)),
            address.hasPrefix("https://") || address.hasPrefix("http://127.0.0.1")
        else { throw .format("https://hôte/{z}/{x}/{y}.png", "https://host/{z}/{x}/{y}.png") }
        return text
    }
}
