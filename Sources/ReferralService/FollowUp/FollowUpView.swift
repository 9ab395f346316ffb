import Schema

/// Who a person is here, and the newest of everything about them, as they read it; the lists go on where it ends.
struct FollowUpView: Sendable {
    /// So many of each.
    static let newest = 100

    let person: PersonExportRepository.Person
    let disclosures: [DataCategory: Redacted<[UInt8]>]
    let demands: [FollowUpRepository.Demand]
    let referrals: [FollowedReferral]
    let consents: [Consent]
    let summaries: [Summary]

    func write(to json: inout JSONWriter, in language: Language) {
        json.object { json in
            json.member("person") { person.write(with: disclosures, to: &$0) }
            json.member("demands") { json in json.array(of: demands) { $1.write(to: &$0) } }
            json.member("referrals") { json in json.array(of: referrals) { $1.write(to: &$0, in: language) } }
            json.member("consents") { json in
                json.array(of: consents) { $1.write(to: &$0, at: FollowUpRoutes.consentsPath) }
            }
            json.member("summaries") { json in
                json.array(of: summaries) { $1.write(to: &$0, at: FollowUpRoutes.summariesPath) }
            }
            json.member("links") { json in
                json.object { json in
                    json.member("self", "/v1/follow-up")
                    for name in [
                        "accesses", "sessions", "demands", "referrals", "consents", "summaries", "export",
                    ] {
                        json.member(name, "/v1/follow-up/\(name)")
                    }
                }
            }
        }
    }
}
