import Schema

/// Guides, portraits of territories, free numbers and websites, by their titles. Only regions write it: nobody buys a
/// place by a title.
extension ResourceDraft: ServedListing {
    static var kinds: Vocabulary { .resourceKind }

    static func filter(_ query: inout ListingParameters) -> @Sendable (ResourceDraft) -> Bool {
        let languages = query.values("language", .language)
        return { resource in languages?.isDisjoint(with: resource.languages) != true }
    }

    func rank(tie: UInt64) -> String { Self.alphabetical(title) }
}
