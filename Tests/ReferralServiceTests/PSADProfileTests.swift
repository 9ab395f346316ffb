import Schema
import Testing

@testable import ReferralService

/// The rule apart from the service, cell by cell.
@Suite("The profile of early leavers")
struct PSADProfileTests {
    static let wholeRecord: Set<DataCategory> = [.narrative, .summary, .attachments, .health]
    static let grants: [Set<String>] = [[], ["self"], ["legal-representative"], ["self", "legal-representative"]]
    static let bands: [String?] = Vocabulary.ageBand.codes + [nil, "unheard-of"]

    @Test("every category, whoever granted, of every age, in every state, after every other")
    func everyCell() {
        // Written out by hand, apart from the rule.
        let received: Set = [
            "in_progress", "on_hold after in_progress", "redirect_proposed after in_progress",
        ]
        let minors: Set<String?> = ["moins-16", "16-17", "non-communique", nil, "unheard-of"]
        var shown = 0
        for state in ReferralState.allCases {
            for previous in ReferralState.allCases.map(Optional.some) + [nil] {
                let place = "\(state.rawValue) after \(previous?.rawValue ?? "")"
                let isReceived = received.contains(state.rawValue) || received.contains(place)
                for band in Self.bands {
                    for granters in Self.grants {
                        let isAgreed =
                            granters.contains("self")
                            && (!minors.contains(band) || granters.contains("legal-representative"))
                        for category in DataCategory.allCases {
                            let seen = PSADProfile.narrowed(
                                [category], in: state, after: previous, grantedBy: granters, ageBand: band)
                            let expected = !Self.wholeRecord.contains(category) || isReceived && isAgreed
                            #expect(
                                seen == (expected ? [category] : []), "\(category) \(place) \(band ?? "") \(granters)")
                            if !seen.isEmpty { shown += 1 }
                        }
                    }
                }
            }
        }
        #expect(shown > 0)
    }

    @Test("holds by kind of offer or by theme, and for no other referral")
    func covers() {
        for kind in Vocabulary.serviceKind.codes {
            for theme in Vocabulary.theme.codes {
                #expect(
                    PSADProfile.covers(serviceKind: kind, theme: theme)
                        == (kind == "appui-decrocheurs" || theme == "decrochage"))
            }
        }
    }

    @Test("names who is missing, the young person first")
    func gaps() {
        #expect(PSADProfile.gap(grantedBy: [], ageBand: "16-17") == .youngPerson)
        #expect(PSADProfile.gap(grantedBy: ["legal-representative"], ageBand: "18-25") == .youngPerson)
        #expect(PSADProfile.gap(grantedBy: ["self"], ageBand: "16-17") == .representative)
        #expect(PSADProfile.gap(grantedBy: ["self"], ageBand: nil) == .representative)
        #expect(PSADProfile.gap(grantedBy: ["self"], ageBand: "18-25") == nil)
        for gap in PSADProfile.Gap.allCases {
            #expect(ConsentSentences.of(gap.rawValue).fr.contains("décrocheurs"))
            #expect(ConsentSentences.of(gap.rawValue).fr != ConsentSentences.of("another").fr)
        }
    }

    @Test("widens nothing that state and consent do not show", arguments: ReferralState.allCases)
    func narrows(_ state: ReferralState) {
        let both: Set = ["self", "legal-representative"]
        let visible = DataCategory.visible(
            in: state, isAnonymous: false, meant: Set(DataCategory.allCases), consented: Set(DataCategory.allCases))
        let narrowed = PSADProfile.narrowed(visible, in: state, after: nil, grantedBy: both, ageBand: "18-25")
        #expect(narrowed.isSubset(of: visible))
        #expect(visible.subtracting(narrowed).allSatisfy { $0.tier == .record })
    }
}
