import Schema

/// What is asked of one and the same offer; a list that is empty asks nothing.
///
/// Channel and access are met by one and the same modality, too: who wants to be called back without an appointment is
/// not helped by a telephone line for appointments and an open door.
struct OfferFilter: Sendable, Equatable {
    /// One of the questions, by the name of its parameter.
    enum Question: String, Sendable, CaseIterable { case service, audience, channel, access }

    private(set) var asked: [Question: [String]] = [:]

    /// What was asked for; everything matches where it is empty.
    var isEmpty: Bool { asked.isEmpty }

    subscript(question: Question) -> [String] {
        get { asked[question] ?? [] }
        set { asked[question] = newValue.isEmpty ? nil : newValue }
    }

    /// The same, but for one question.
    func asking(_ code: String, for question: Question) -> OfferFilter {
        var filter = self
        filter[question] = [code]
        return filter
    }

    static func vocabulary(of question: Question) -> Vocabulary {
        switch question {
        case .service: .serviceKind
        case .audience: .audience
        case .channel: .channel
        case .access: .access
        }
    }
}

/// An offer in bits: of its kind, of its audiences, of its modalities.
struct OfferBits: Sendable, Equatable {
    let kind: UInt32
    let audiences: UInt32
    let modalities: UInt32

    /// Also held by offers of which nothing is said.
    private static let whatever: UInt32 = 1 << 31

    init(_ offer: ServiceOffer) {
        kind = Self.mask([offer.kind], of: .serviceKind)
        audiences = Self.mask(offer.audiences, of: .audience) | Self.whatever
        modalities = offer.modalities.reduce(Self.whatever) { mask, modality in
            mask | Self.mask(channels: [modality.channel], accesses: [modality.access])
        }
    }

    /// Whether it can be had without going anywhere.
    var isFromAfar: Bool { modalities & Self.fromAfar != 0 }

    /// What a mask has no bits for, in words: offers of these codes would be found as something else.
    static func outgrown(
        kinds: Int = Vocabulary.serviceKind.codes.count, audiences: Int = Vocabulary.audience.codes.count,
        channels: Int = Vocabulary.channel.codes.count, accesses: Int = Vocabulary.access.codes.count
    ) -> [String] {
        // The highest bit of the last two says ``whatever``.
        let needs = [
            ("service_kind", kinds, UInt32.bitWidth), ("audience", audiences, UInt32.bitWidth - 1),
            ("channel × (access + 1)", channels * (accesses + 1), UInt32.bitWidth - 1),
        ]
        return needs.filter { $0.1 > $0.2 }.map { "\($0.0): \($0.1) codes, and the search has bits for \($0.2)" }
    }

    /// Whether it says nothing of whom it is for.
    var saysNoAudience: Bool { audiences == Self.whatever }

    /// Bit of each code, by its place in the vocabulary.
    static func mask(_ codes: [String], of vocabulary: Vocabulary) -> UInt32 {
        codes.reduce(0) { mask, code in vocabulary.codes.firstIndex(of: code).map { mask | 1 << UInt32($0) } ?? mask }
    }

    /// Four bits for each channel: one of each way of access, and one where nothing is said of it.
    fileprivate static func mask(channels: [String], accesses: [String?]) -> UInt32 {
        var mask: UInt32 = 0
        for channel in channels {
            guard let row = Vocabulary.channel.codes.firstIndex(of: channel) else { continue }
            for access in accesses {
                let column = access.flatMap(Vocabulary.access.codes.firstIndex(of:)) ?? Vocabulary.access.codes.count
                mask |= 1 << UInt32(row * (Vocabulary.access.codes.count + 1) + column)
            }
        }
        return mask
    }

    /// An ``OfferFilter`` as masks.
    struct Test: Sendable {
        private let kinds: UInt32
        private let audiences: UInt32
        private let modalities: UInt32
        let isEmpty: Bool

        init(_ filter: OfferFilter) {
            isEmpty = filter.isEmpty
            kinds = filter[.service].isEmpty ? .max : mask(filter[.service], of: .serviceKind)
            // Who serves everyone serves each.
            audiences = filter[.audience].isEmpty ? .max : mask(filter[.audience] + ["tout-public"], of: .audience)
            let (channels, accesses) = (filter[.channel], filter[.access])
            modalities =
                channels.isEmpty && accesses.isEmpty
                ? .max
                : mask(
                    channels: channels.isEmpty ? Vocabulary.channel.codes : channels,
                    accesses: accesses.isEmpty ? Vocabulary.access.codes + [nil] : accesses)
        }

        func matches(_ offer: OfferBits) -> Bool {
            offer.kind & kinds != 0 && offer.audiences & audiences != 0 && offer.modalities & modalities != 0
        }

        /// Whether an offer that matches can be had without going anywhere, by a modality that was asked for.
        func matchesFromAfar(_ offer: OfferBits) -> Bool { offer.modalities & modalities & fromAfar != 0 }
    }

    private static let fromAfar = mask(
        channels: Vocabulary.channel.codes.filter { $0 != "presentiel" }, accesses: Vocabulary.access.codes + [nil])
}
