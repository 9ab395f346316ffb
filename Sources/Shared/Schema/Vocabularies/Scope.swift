/// The OAuth scopes of the three services.
package enum Scope: String, Sendable, Hashable, CaseIterable {
    case directoryRead = "directory:read"
    case directoryWrite = "directory:write"
    case directoryAdmin = "directory:admin"
    case labelApply = "label:apply"
    case labelDecide = "label:decide"
    case referralSend = "referral:send"
    case referralReceive = "referral:receive"
    case consentManage = "consent:manage"
    case referralCoordinate = "referral:coordinate"
    case reportingRead = "reporting:read"
    case reportingContribute = "reporting:contribute"
    case reportingPublish = "reporting:publish"
    case crefopDecide = "crefop:decide"
    case auditRead = "audit:read"
    case eventsRead = "events:read"
    case eventsReporting = "events:reporting"
    /// A person's own, within a session of the referral service; no authorization server grants it.
    case followUp = "follow-up"

    /// Those that an authorization server may grant.
    package static let granted = allCases.filter { $0 != .followUp }
}
