/// What an event says, by its type.
package enum EventData: Sendable, Equatable {
    case structureChanged(StructureChange)
    case structureRemoved(StructureRemoval)
    case structureMerged(StructureMerger)
    case labelDecided(LabelDecision)
    case conventionChanged(ConventionChange)
    case conventionRemoved(ConventionRemoval)
    case territoryChanged(TerritoryChange)
    case receptionOpened(ReceptionOpening)
    case demandClosed(DemandClosing)
    case referralSubmitted(ReferralSubmission)
    /// Into any state but `submitted`.
    case referralMoved(ReferralMove)
    case appointmentRecorded(AppointmentRecord)
    case cepEpisode(CEPEpisode)
    case psadCase(PSADCase)
    case consentGranted(ConsentNotice)
    case consentWithdrawn(ConsentNotice)
    case consentExpired(ConsentNotice)
    case erasureRequested(ErasureRequest)
    case erasureAcknowledged(ErasureAcknowledgement)

    package var type: EventType {
        switch self {
        case .structureChanged: .structureChanged
        case .structureRemoved: .structureRemoved
        case .structureMerged: .structureMerged
        case .labelDecided: .labelDecided
        case .conventionChanged: .conventionChanged
        case .conventionRemoved: .conventionRemoved
        case .territoryChanged: .territoryChanged
        case .receptionOpened: .receptionOpened
        case .demandClosed: .demandClosed
        case .referralSubmitted: .referral(.submitted)
        case .referralMoved(let move): .referral(move.to)
        case .appointmentRecorded: .appointmentRecorded
        case .cepEpisode: .cepEpisode
        case .psadCase: .psadCase
        case .consentGranted: .consentGranted
        case .consentWithdrawn: .consentWithdrawn
        case .consentExpired: .consentExpired
        case .erasureRequested: .erasureRequested
        case .erasureAcknowledged: .erasureAcknowledged
        }
    }

    package var payload: any EventPayload {
        switch self {
        case .structureChanged(let payload): payload
        case .structureRemoved(let payload): payload
        case .structureMerged(let payload): payload
        case .labelDecided(let payload): payload
        case .conventionChanged(let payload): payload
        case .conventionRemoved(let payload): payload
        case .territoryChanged(let payload): payload
        case .receptionOpened(let payload): payload
        case .demandClosed(let payload): payload
        case .referralSubmitted(let payload): payload
        case .referralMoved(let payload): payload
        case .appointmentRecorded(let payload): payload
        case .cepEpisode(let payload): payload
        case .psadCase(let payload): payload
        case .consentGranted(let payload), .consentWithdrawn(let payload), .consentExpired(let payload): payload
        case .erasureRequested(let payload): payload
        case .erasureAcknowledged(let payload): payload
        }
    }

    /// Reads the data of an event of that type, in either projection.
    init?(_ object: ObjectReader, of type: EventType) {
        func made<Payload: EventPayload>(_ wrap: (Payload) -> EventData) -> EventData? {
            Payload(object).map(wrap)
        }
        let data: EventData? =
            switch type {
            case .structureChanged: made(Self.structureChanged)
            case .structureRemoved: made(Self.structureRemoved)
            case .structureMerged: made(Self.structureMerged)
            case .labelDecided: made(Self.labelDecided)
            case .conventionChanged: made(Self.conventionChanged)
            case .conventionRemoved: made(Self.conventionRemoved)
            case .territoryChanged: made(Self.territoryChanged)
            case .receptionOpened: made(Self.receptionOpened)
            case .demandClosed: made(Self.demandClosed)
            case .referral(.submitted): made(Self.referralSubmitted)
            case .referral: made(Self.referralMoved)
            case .appointmentRecorded: made(Self.appointmentRecorded)
            case .cepEpisode: made(Self.cepEpisode)
            case .psadCase: made(Self.psadCase)
            case .consentGranted: made(Self.consentGranted)
            case .consentWithdrawn: made(Self.consentWithdrawn)
            case .consentExpired: made(Self.consentExpired)
            case .erasureRequested: made(Self.erasureRequested)
            case .erasureAcknowledged: made(Self.erasureAcknowledged)
            }
        guard let data else { return nil }
        if data.type != type, case .referral(let state) = type {
            object.report(.unknownCode([state.rawValue]), at: "to")
        }
        self = data
    }
}
