import Schema

/// A version as a region has it: its own, or the catalogue's that it has not taken up.
struct VersionView: Sendable {
    let code: String
    let version: DefinitionVersion
    let region: String
    /// Nil for the catalogue's.
    let own: StoredVersion?
    /// Canonical JSON and its digest.
    let document: String
    let digest: [UInt8]
    /// Whether the catalogue has exactly that.
    let isShipped: Bool
    let steps: [VersionStep]

    var revision: Int { own?.revision ?? StoredVersion.untouched }
    var state: StoredVersion.State { own?.state ?? .draft }

    /// All of an indicator in one region, in order; the catalogue's version among them, once.
    static func all(
        of shipped: DefinitionDocument, in region: String, own: [StoredVersion],
        _ steps: [(version: String, step: VersionStep)]
    ) -> [VersionView] {
        let definition = shipped.definition
        var views = own.map { version in
            VersionView(
                code: version.code, version: version.version, region: region, own: version, document: version.document,
                digest: version.digest,
                isShipped: version.version == definition.version && version.digest == shipped.digest,
                steps: steps.filter { $0.version == version.version.text }.map(\.step))
        }
        if !own.contains(where: { $0.version == definition.version }) {
            views.append(
                VersionView(
                    code: definition.code, version: definition.version, region: region, own: nil,
                    document: shipped.text, digest: shipped.digest, isShipped: true, steps: []))
        }
        return views.sorted { $0.version < $1.version }
    }

    /// - Parameter isWhole: with the definition.
    func write(to json: inout JSONWriter, isWhole: Bool) {
        json.object { json in
            json.member("code", code)
            json.member("version", version.text)
            json.member("region", region)
            json.member("state", state.rawValue)
            json.member("in_force", state == .validated)
            json.member("from_catalogue", isShipped)
            json.member("digest", digest.hexadecimal)
            json.member("changed_at", own.map { RFC3339.format($0.changedAt) })
            json.member("steps") { json in json.array(of: steps) { $1.write(to: &$0) } }
            if isWhole { json.member("definition") { $0.raw(document.utf8) } }
        }
    }
}

extension VersionStep {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("step", kind.rawValue)
            json.member("at", at.map(RFC3339.format))
            json.member("client", client)
            json.member("digest", digest.hexadecimal)
            json.member("body", body)
            json.member("session_date", session?.text)
            json.member("comment", comment)
        }
    }
}
