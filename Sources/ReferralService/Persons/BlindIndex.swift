import Crypto
import Foundation
import Schema
import Web

/// Finds a person again whom a structure knows already, without anybody's name in the database: a keyed digest of name and
/// date of birth. Each structure has digests of its own, so that nothing tells that two structures know one person.
struct BlindIndex: Sendable {
    private let key: SymmetricKey

    init(key: SymmetricKey) { self.key = key }

    /// From `SPRO_BLIND_INDEX_KEY` (or `…_FILE`): 32 bytes in base64, the same on every replica; required. With another
    /// one, nobody who is known is found again.
    init(_ settings: Settings) { self.init(key: settings.key("blind.index.key")) }

    /// nil where name and date of birth are not both known: less would take many for one.
    func fingerprint(of draft: PersonDraft, at structure: UUID) -> [UInt8]? {
        guard let identity = draft.disclosures[DataCategory.identity.rawValue],
            let object = try? JSONValue(parsing: identity.revealed).object,
            let family = object["family_name"]?.string, let given = object["given_name"]?.string,
            let birth = object["birth_date"]?.string
        else { return nil }
        // The length of each part belongs to it: «Anne|Marie» is not «AnneMarie|».
        let parts = [structure.text, Self.folded(family), Self.folded(given), birth]
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }

    /// However it was typed: without accents, case, hyphens and blanks.
    private static func folded(_ name: String) -> String {
        let plain = name.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
        return String(plain.filter { $0.isLetter || $0.isNumber })
    }
}
