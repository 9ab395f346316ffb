import Schema

/// Where help is looked for, and in which order it is told: `commune`, `near`, `radius_km`, `bbox`, `sort`.
struct SearchPlaceParameters {
    /// The parameters in one spelling.
    let items: [(String, String)]

    init(_ reader: QueryReader, _ query: inout SearchQuery, _ geography: Geography) {
        var items: [(String, String)] = []
        query.commune = reader.optional("commune", geography.communeOfAnyYear)?.commune
        if let commune = query.commune { items.append(("commune", commune.code)) }
        let near = reader.optional("near", Self.near)
        if let near {
            if geography.isSwapped(near.value) { reader.report(.swappedCoordinates, at: "near") }
            items.append(("near", near.text))
        }
        query.center = near?.value ?? query.commune?.centroid
        let hasPlace = reader.holds("commune") || reader.holds("near")
        // Half of the way around the Earth is 20,015 km.
        let radius = reader.optional("radius_km", .int(1...20_000))
        if radius != nil, !hasPlace { reader.report(Self.radiusWithoutPlace, at: "radius_km") }
        query.radiusKilometres = radius ?? SearchQuery.defaultRadius
        if hasPlace { items.append(("radius_km", String(query.radiusKilometres))) }
        if let box = reader.optional("bbox", Self.box) {
            if box.value.isSwapped(in: geography) { reader.report(.swappedCoordinates, at: "bbox") }
            query.box = box.value
            items.append(("bbox", box.text))
        }
        let order = reader.optional("sort", .code(SearchQuery.Order.allCases.map(\.rawValue)))
        query.order = order.flatMap(SearchQuery.Order.init) ?? .relevance
        if query.order == .distance {
            if !hasPlace { reader.report(Self.sortWithoutPlace, at: "sort") }
            items.append(("sort", query.order.rawValue))
        }
        self.items = items
    }

    /// A value with its spelling, which a link repeats: ours might have an exponent (5e-05), which is not taken.
    private struct Spelled<Value: Sendable> {
        let text: String
        let value: Value
    }

    private static let near = spelled(.coordinate)
    private static let box = spelled(BoundingBox.rule)

    private static func spelled<Value>(_ rule: TextRule<Value>) -> TextRule<Spelled<Value>> {
        TextRule { text throws(Flaw) in Spelled(text: text, value: try rule.read(text)) }
    }

    private static let radiusWithoutPlace = Flaw(
        "radius-without-place", fr: "Un rayon demande un lieu : commune ou near.",
        en: "A radius needs a place: commune or near.")
    private static let sortWithoutPlace = Flaw(
        "sort-without-place", fr: "Un tri par distance demande un lieu : commune ou near.",
        en: "An order by distance needs a place: commune or near.")
}
