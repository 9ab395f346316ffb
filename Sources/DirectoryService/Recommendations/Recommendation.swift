import Foundation
import Schema

/// A structure that suits a need, by one of its offers, and why.
struct Recommendation: Sendable {
    let suitability: Suitability
    let segment: Segment
    let ordinal: Int
    let offer: Int
    /// Nil where no commune was given.
    let isCompetent: Bool?
    /// Codes of `recommendation_reason`.
    let reasons: [String]
    /// What of the need it does not meet, by the same codes; empty for the best.
    let unmet: [String]

    var structure: UUID { suitability.structure }

    var metres: Int? {
        let key = SortKey(rank: 0, squaredChord: suitability.squaredChord, tie: 0, id: structure)
        return key.metres
    }

    func write(to json: inout JSONWriter, now: ParisTime.Wall) {
        json.object { json in
            json.member("structure") { json in
                json.raw(Array(segment.encoded(at: ordinal, includingServices: false)) + [UInt8(ascii: "}")])
            }
            json.member("service") { json in
                json.raw(Array(segment.encodedOffer(offer)) + [UInt8(ascii: "}")])
            }
            json.member("distance_m", metres)
            json.member("competent") { $0.optional(isCompetent) { $0.value($1) } }
            json.member("open_now") { json in
                switch segment.hours(at: ordinal, ofOffer: offer).state(at: now) {
                case .open: json.value(true)
                case .closed: json.value(false)
                case .unknown, nil: json.null()
                }
            }
            json.member("reasons") { $0.array(of: reasons, Self.write) }
            json.member("unmet") { $0.array(of: unmet, Self.write) }
        }
    }

    private static func write(_ json: inout JSONWriter, _ code: String) {
        json.object { json in
            json.member("code", code)
            json.member("label") { json in
                json.optional(Vocabulary.recommendationReason.terms.first { $0.code == code }?.label) { json, label in
                    json.object { json in
                        json.member("fr", label.fr)
                        json.member("en", label.en)
                    }
                }
            }
        }
    }
}
