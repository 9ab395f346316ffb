import Schema

/// What one region has of the indicators.
struct RegionStanding {
    let region: String
    let versions: [StoredVersion]

    func versionInForce(of code: String) -> StoredVersion? {
        versions.first { $0.code == code && $0.state == .validated }
    }

    /// Nil where the region has no such version.
    func state(of definition: IndicatorDefinition) -> StoredVersion.State? {
        versions.first { $0.code == definition.code && $0.version == definition.version }?.state
    }
}

extension JSONWriter {
    /// Since when, and by whom in which session.
    mutating func writeInForce(_ version: StoredVersion) {
        object { json in
            json.member("version", version.version.text)
            json.member("since", version.validation.map { RFC3339.format($0.at) })
            json.member("body", version.validation?.body)
            json.member("session_date", version.validation?.session.text)
        }
    }
}
