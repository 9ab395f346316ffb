import Schema

/// What a made-up structure offers, to whom and for which communes.
extension CrowdAuthor {
    mutating func writeOffer(
        _ kind: String, of profile: CrowdProfile, at place: CrowdPlace, isRemote: Bool, to json: inout JSONWriter
    ) {
        let zones = zones(of: profile.reach, at: place)
        let channels = isRemote ? ["en-ligne"] : chance.happens(40) ? ["presentiel", "telephone"] : ["presentiel"]
        let access = chance.pick([("flux", 60), ("rendez-vous", 40)])
        json.object { json in
            json.member("id", identifier())
            json.member("kind", kind)
            json.member("audiences", profile.audiences)
            json.member("situations", profile.situations)
            json.member("modalities") { json in
                json.array(of: channels) { json, channel in
                    json.object { json in
                        json.member("channel", channel)
                        json.member("access", channel == "en-ligne" ? "asynchrone" : access)
                        json.member("format", "individuel")
                    }
                }
            }
            if !zones.isEmpty {
                json.member("zones") { json in
                    json.array(of: zones) { json, zone in
                        json.object { json in
                            json.member("type", zone.type)
                            json.member("code", zone.code)
                        }
                    }
                }
            }
            if kind.hasPrefix("cep-") {
                json.member("cep_level", 2)
                json.member("cep_framework", "2019")
                json.member("lead_time_days", chance.number(in: 1...21))
            }
            if let ages = profile.ages {
                json.member("age_min", ages.lowerBound)
                json.member("age_max", ages.upperBound)
            }
        }
    }

    private mutating func zones(of reach: CrowdProfile.Reach, at place: CrowdPlace) -> [(type: String, code: String)] {
        switch reach {
        case .surroundings:
            place.surroundings.prefix(chance.number(in: 1...20)).map { (type: "commune", code: $0) }
        case .department: [(type: "departement", code: place.department)]
        case .region: [(type: "region", code: place.region)]
        case .territory: []
        }
    }
}
