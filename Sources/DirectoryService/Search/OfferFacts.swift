import Schema

/// What decides, beside its bits, whom an offer suits.
struct OfferFacts: Sendable, Equatable {
    /// By place in the vocabulary `situation`.
    let situations: UInt32
    let ages: ClosedRange<UInt8>
    /// Nil where nobody said it.
    var leadTimeDays: Int? { leadTime == .max ? nil : Int(leadTime) }
    private let leadTime: UInt16

    init(_ offer: ServiceOffer) {
        situations = OfferBits.mask(offer.situations, of: .situation)
        let youngest = UInt8(offer.ageMin ?? 0)
        ages = youngest...max(youngest, UInt8(offer.ageMax ?? 255))
        leadTime = offer.leadTimeDays.map { UInt16($0) } ?? .max
    }
}
