import Schema

/// How a criterion is decided without a person: from the structure's record, or from what its application declares.
package enum CriterionCheck: Sendable, Equatable {
    /// Half-days of a service (a code of `service_kind`) in a usual week, by its own opening hours or its structure's.
    case halfDays(service: String, atLeast: Int)
    /// Closures that are still to end were announced so many days before they begin.
    case announcedClosures(days: Int)
    /// The record names at least one of these (codes of `accessibility`).
    case accessibility(anyOf: [String])
    /// The record has an offer of this kind that is for everybody.
    case offerForAll(service: String)
    case qualifiedStaff(atLeast: Int)
    /// The application commits to it.
    case commitment
    /// The application answers by a text, by communes of the region, or by so many texts.
    case text
    case communes
    case items(ClosedRange<Int>)

    private static let kinds = [
        "demi-journees", "fermetures-annoncees", "accessibilite", "offre-pour-tous", "personnels-qualifies",
        "engagement",
        "texte", "communes", "liste",
    ]

    /// `{kind: …}`, with what that kind counts.
    init?(_ object: ObjectReader) {
        guard let kind = object.required("kind", .code(Self.kinds)) else { return nil }
        switch kind {
        case "demi-journees":
            let service = object.required("service", .code(Vocabulary.serviceKind.codes))
            guard let service, let least = object.required("at_least", .int(1...14)) else { return nil }
            self = .halfDays(service: service, atLeast: least)
        case "fermetures-annoncees":
            guard let days = object.required("days", .int(1...365)) else { return nil }
            self = .announcedClosures(days: days)
        case "accessibilite":
            let codes = object.required("any_of", .set(1...20, of: .code(Vocabulary.accessibility.codes)))
            guard let codes else { return nil }
            self = .accessibility(anyOf: codes)
        case "offre-pour-tous":
            guard let service = object.required("service", .code(Vocabulary.serviceKind.codes)) else { return nil }
            self = .offerForAll(service: service)
        case "personnels-qualifies":
            guard let least = object.required("at_least", .int(1...1000)) else { return nil }
            self = .qualifiedStaff(atLeast: least)
        case "engagement": self = .commitment
        case "texte": self = .text
        case "communes": self = .communes
        default:
            let least = object.required("at_least", .int(1...20))
            guard let least, let most = object.required("at_most", .int(1...20)) else { return nil }
            guard least <= most else {
                object.report(.outOfRange("\(least)", "20"), at: "at_most")
                return nil
            }
            self = .items(least...most)
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .halfDays(let service, let least):
                json.member("kind", "demi-journees")
                json.member("service", service)
                json.member("at_least", least)
            case .announcedClosures(let days):
                json.member("kind", "fermetures-annoncees")
                json.member("days", days)
            case .accessibility(let codes):
                json.member("kind", "accessibilite")
                json.member("any_of", codes)
            case .offerForAll(let service):
                json.member("kind", "offre-pour-tous")
                json.member("service", service)
            case .qualifiedStaff(let least):
                json.member("kind", "personnels-qualifies")
                json.member("at_least", least)
            case .commitment: json.member("kind", "engagement")
            case .text: json.member("kind", "texte")
            case .communes: json.member("kind", "communes")
            case .items(let range):
                json.member("kind", "liste")
                json.member("at_least", range.lowerBound)
                json.member("at_most", range.upperBound)
            }
        }
    }
}
