package import Foundation

/// Where a partner's system wants to be called when something happened to its structures' referrals.
package struct WebhookDraft: Sendable {
    package let structures: [UUID]
    /// An absolute address; whether it may be called shows when it is.
    package let url: String
    package let description: String?

    package init?(_ object: ObjectReader) {
        let structures = object.required("structures", .set(1...50, of: .string(.uuid)))
        let url = object.required("url", .string(.webhookAddress))
        description = object.optional("description", .string(.personal(1...200)))
        object.refuse(["id", "state", "secret"])
        guard let structures, let url else { return nil }
        (self.structures, self.url) = (structures, url)
    }
}

extension TextRule where Value == String {
    /// An address whose host is written as it is looked up: ASCII in lower case, without a fragment.
    static let webhookAddress = webAddress.withoutIdentifierInCode.map { text throws(Flaw) in
        guard let components = URLComponents(string: text), let host = components.host, components.fragment == nil,
            host.utf8.allSatisfy({ $0 < 0x80 }), host == host.lowercased(), text.contains("://\(host)")
        else {
            throw .format(
                "une adresse https://… sans fragment, l’hôte en minuscules ASCII",
                "an address https://… without a fragment, its host in lower-case ASCII")
        }
        return text
    }
}
