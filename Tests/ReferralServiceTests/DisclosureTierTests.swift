import Schema
import Testing

@testable import ReferralService

@Suite("Disclosure tiers")
struct DisclosureTierTests {
    private static let all = Set(DataCategory.allCases)

    @Test(
        "a recipient sees no more than the state allows",
        arguments: [
            (ReferralState.awaitingConsent, []), (.submitted, ["besoin", "situation"]),
            (.underReview, ["besoin", "situation", "alias", "canal-relais"]),
            (.accepted, DataCategory.allCases.map(\.rawValue)), (.inProgress, DataCategory.allCases.map(\.rawValue)),
            (.completed, ["besoin", "situation"]), (.closedUnfulfilled, ["besoin", "situation"]),
            (.declined, ["besoin", "situation"]), (.cancelled, ["besoin", "situation"]), (.withdrawn, []),
            (.enteredInError, []), (.draft, []), (.expired, ["besoin", "situation"]),
            (.redirectProposed, ["besoin", "situation", "alias", "canal-relais"]),
        ])
    func byState(_ state: ReferralState, _ seen: [String]) {
        let visible = DataCategory.visible(in: state, isAnonymous: false, meant: Self.all, consented: Self.all)
        #expect(visible.map(\.rawValue).sorted() == seen.sorted())
    }

    @Test("nor more than the consent names, nor than was meant", arguments: ReferralState.allCases)
    func byConsent(_ state: ReferralState) {
        for category in DataCategory.allCases {
            let rest = Self.all.subtracting([category])
            for (meant, consented) in [(rest, Self.all), (Self.all, rest)] {
                let visible = DataCategory.visible(in: state, isAnonymous: false, meant: meant, consented: consented)
                #expect(!visible.contains(category))
            }
        }
        #expect(DataCategory.visible(in: state, isAnonymous: false, meant: Self.all, consented: []).isEmpty)
    }

    @Test("an anonymous person never passes L1", arguments: ReferralState.allCases)
    func anonymous(_ state: ReferralState) {
        let visible = DataCategory.visible(in: state, isAnonymous: true, meant: Self.all, consented: Self.all)
        #expect(visible.allSatisfy { $0.tier <= .relay })
    }
}
