import Schema

/// The indicators that are computed. A further one is an entry here; a further primitive is a case of
/// ``Measure/Formula`` or ``Condition`` with its test.
enum Catalogue {
    static let definitions = [acc1, con1, con5, par4]

    static func definition(_ code: String) -> IndicatorDefinition? { definitions.first { $0.code == code } }

    /// ``CountedUnder/network(among:)``.
    private static let ofNetworks = LocalizedText(
        fr: " ; une structure de plusieurs réseaux compte pour le premier par ordre de code",
        en: "; a structure of several networks counts for the first of them by code")

    private static let acc1 = IndicatorDefinition(
        code: "ACC1", version: "2.0.0",
        quote: .init(region: "28", text: "la couverture intégrale du territoire régional"),
        formula: LocalizedText(
            fr: "Population des communes desservies en face à face par au moins une structure active reconnue / "
                + "population totale, à la fin de la période",
            en: "Population of the communes served face to face by at least one active recognised structure / whole "
                + "population, at the end of the period"),
        parameters: [], population: .communes,
        measures: [
            Measure(
                name: "coverage", label: LocalizedText(fr: "Population couverte", en: "Population covered"),
                formula: .ratio(.served, over: .any), hasTarget: true)
        ],
        plan: Period.Length.allCases.flatMap { length in
            [TableShape(length), TableShape(length, .department), TableShape(length, .territory)]
        },
        events: ["D1", "D2", "X1"])

    private static let con1: IndicatorDefinition = {
        let limit = 2
        let satisfied = Condition.both(.linkable, .outcome("satisfaite"))
        let withinLimit = Condition.both(satisfied, .structures(atMost: limit))
        return IndicatorDefinition(
            code: "CON1", version: "1.0.0",
            quote: .init(
                region: "52", text: "satisfaction de la demande de l'utilisateur en deux structures maximum"),
            formula: LocalizedText(
                fr: "Demandes satisfaites en deux structures distinctes au plus / demandes satisfaites ; variante "
                    + "stricte : / toutes les demandes closes ; les demandes dont on ne peut relier les accueils sont "
                    + "exclues et comptées à part" + ofNetworks.fr,
                en: "Demands satisfied within two distinct structures / satisfied demands; strict variant: / all "
                    + "closed demands; demands whose receptions cannot be linked are excluded and reported apart"
                    + ofNetworks.en),
            parameters: [("max_structures", limit)], population: .closedDemands,
            measures: [
                Measure(
                    name: "within_limit",
                    label: LocalizedText(fr: "Part des demandes satisfaites", en: "Share of satisfied demands"),
                    formula: .ratio(withinLimit, over: satisfied), hasTarget: true),
                Measure(
                    name: "within_limit_strict",
                    label: LocalizedText(fr: "Part de toutes les demandes", en: "Share of all demands"),
                    formula: .ratio(withinLimit, over: .linkable)),
                Measure(
                    name: "unlinkable",
                    label: LocalizedText(fr: "Non reliables, exclues", en: "Cannot be linked, excluded"),
                    formula: .count(.unlinkable), family: .apart),
            ],
            plan: geography + networks, events: ["R1", "R2"])
    }()

    private static let con5 = IndicatorDefinition(
        code: "CON5", version: "1.0.0",
        quote: .init(region: "53", text: "un passage facilité et fluide d'un acteur à un autre"),
        formula: LocalizedText(
            fr: "Orientations acceptées / orientations consenties ; médiane du délai entre la création et le premier "
                + "contact (rendez-vous honoré ou prise en charge)" + ofNetworks.fr,
            en: "Accepted referrals / consented referrals; median delay from creation to the first contact "
                + "(appointment kept or support begun)" + ofNetworks.en),
        parameters: [], population: .referrals,
        measures: [
            Measure(
                name: "accepted", label: LocalizedText(fr: "Orientations acceptées", en: "Referrals accepted"),
                formula: .ratio(.accepted, over: .any), hasTarget: true),
            Measure(
                name: "contact_delay",
                label: LocalizedText(fr: "Délai médian du premier contact", en: "Median delay to the first contact"),
                formula: .medianContactDelay),
        ],
        plan: geography + networks + [TableShape(.year, .network, .recipientNetwork)], events: ["R3", "R4", "R5"])

    private static let par4 = IndicatorDefinition(
        code: "PAR4", version: "1.0.0",
        quote: .init(region: "53", text: "les dynamiques inter réseaux au niveau régional"),
        formula: LocalizedText(
            fr: "Orientations d'un réseau vers un autre / orientations entre structures de réseaux connus ; matrice "
                + "origine-destination" + ofNetworks.fr,
            en: "Referrals from one network to another / referrals between structures of known networks; "
                + "origin-destination matrix" + ofNetworks.en),
        parameters: [], population: .referrals,
        measures: [
            Measure(
                name: "across_networks",
                label: LocalizedText(fr: "Orientations inter-réseaux", en: "Referrals between networks"),
                formula: .ratio(.acrossNetworks, over: .networksKnown), hasTarget: true)
        ],
        plan: [
            TableShape(.year), TableShape(.quarter), TableShape(.month), TableShape(.year, .network),
            TableShape(.quarter, .network), TableShape(.year, .network, .recipientNetwork),
        ],
        events: ["R3"])

    /// Territory by network and quarter is the first that would have to be suppressed: it is not published at all.
    private static let geography = [
        TableShape(.year), TableShape(.quarter), TableShape(.month), TableShape(.year, .department),
        TableShape(.quarter, .department), TableShape(.year, .territory), TableShape(.quarter, .territory),
    ]

    private static let networks = [
        TableShape(.year, .network), TableShape(.quarter, .network), TableShape(.year, .department, .network),
        TableShape(.year, .territory, .network),
    ]
}
