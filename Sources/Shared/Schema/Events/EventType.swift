/// The closed list of what the services tell each other (CloudEvents `type`). A changed meaning is a new version.
package enum EventType: Sendable, Hashable, CaseIterable {
    case structureChanged, structureRemoved, structureMerged
    case labelDecided, conventionChanged, conventionRemoved, territoryChanged
    case receptionOpened, demandClosed
    /// A referral has come into this state; coming into `submitted` has a payload of its own.
    case referral(ReferralState)
    case appointmentRecorded
    case cepEpisode, psadCase
    case consentGranted, consentWithdrawn, consentExpired
    case erasureRequested, erasureAcknowledged

    package static let allCases: [EventType] =
        [
            .structureChanged, .structureRemoved, .structureMerged, .labelDecided, .conventionChanged,
            .conventionRemoved, .territoryChanged, .receptionOpened, .demandClosed,
        ] + ReferralState.allCases.map(EventType.referral) + [
            .appointmentRecorded, .cepEpisode, .psadCase, .consentGranted, .consentWithdrawn, .consentExpired,
            .erasureRequested, .erasureAcknowledged,
        ]

    /// As the wire has it: `fr.spro.demand.closed.v1`.
    package var name: String {
        switch self {
        case .structureChanged: "fr.spro.directory.structure.changed.v1"
        case .structureRemoved: "fr.spro.directory.structure.removed.v1"
        case .structureMerged: "fr.spro.directory.structure.merged.v1"
        case .labelDecided: "fr.spro.directory.label.decided.v1"
        case .conventionChanged: "fr.spro.directory.convention.changed.v1"
        case .conventionRemoved: "fr.spro.directory.convention.removed.v1"
        case .territoryChanged: "fr.spro.directory.territory.changed.v1"
        case .receptionOpened: "fr.spro.reception.opened.v1"
        case .demandClosed: "fr.spro.demand.closed.v1"
        case .referral(let state): "fr.spro.referral.\(state.rawValue).v1"
        case .appointmentRecorded: "fr.spro.appointment.recorded.v1"
        case .cepEpisode: "fr.spro.cep.episode.v1"
        case .psadCase: "fr.spro.psad.case.v1"
        case .consentGranted: "fr.spro.consent.granted.v1"
        case .consentWithdrawn: "fr.spro.consent.withdrawn.v1"
        case .consentExpired: "fr.spro.consent.expired.v1"
        case .erasureRequested: "fr.spro.erasure.requested.v1"
        case .erasureAcknowledged: "fr.spro.erasure.acknowledged.v1"
        }
    }

    package init?(name: String) {
        guard let type = Self.byName[name] else { return nil }
        self = type
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The service that tells it (CloudEvents `source`).
    package var source: String {
        switch self {
        case .structureChanged, .structureRemoved, .structureMerged, .labelDecided, .conventionChanged,
            .conventionRemoved, .territoryChanged:
            "urn:spro:service:directory"
        case .cepEpisode, .psadCase: "urn:spro:service:reporting"
        case .receptionOpened, .demandClosed, .referral, .appointmentRecorded, .consentGranted, .consentWithdrawn,
            .consentExpired, .erasureRequested, .erasureAcknowledged:
            "urn:spro:service:referral"
        }
    }
}

extension TextRule where Value == EventType {
    package static let eventType = TextRule { text throws(Flaw) in
        guard let type = EventType(name: text) else { throw .unknownCode(EventType.allCases.map(\.name)) }
        return type
    }
}
