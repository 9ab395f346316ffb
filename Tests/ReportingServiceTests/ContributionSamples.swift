import Schema

@testable import ReportingService

enum ContributionSamples {
    private static let north = JSONValue.string(ContributionGround.north.text)
    private static let south = JSONValue.string(ContributionGround.south.text)
    private static let unknown = JSONValue.string(ContributionGround.unknown.text)
    private static let gone = JSONValue.string(ContributionGround.gone.text)

    static let surveys = [
        ContributionSample(
            kind: UserSurveyAnswer.self,
            members: [
                "external_id": "a", "structure": north, "asked_on": "2026-03-01", "is_answered": true,
                "months_after": 6, "channel": "visio", "audiences": ["salarie", "benevole"], "sex": "femme",
                "age_band": "31-44", "satisfaction": 4, "named_right_structure": true, "next_step_decided": false,
                "was_charged": false, "situation_better": true, "was_useful": true, "had_need": true,
                "used_service": false, "added_value": 4, "baseline": 2, "quality_principles": 5,
                "quality_organisation": 1, "quality_effects": 3,
            ],
            change: ("satisfaction", 5),
            flaws: [
                (["structure": unknown], ["/structure unknown-structure"]),
                (["structure": "x", "asked_on": "2026-02-30"], ["/structure wrong-format", "/asked_on wrong-format"]),
                (["asked_on": "2999-01-01"], ["/asked_on in-the-future"]),
                (["asked_on": "1989-12-31"], ["/asked_on out-of-range"]),
                (["months_after": 3], ["/months_after unknown-code"]),
                (["months_after": 7], ["/months_after out-of-range"]),
                (
                    ["channel": "fax", "sex": "f", "age_band": "31"],
                    [
                        "/channel unknown-code", "/sex unknown-code", "/age_band unknown-code",
                    ]
                ),
                (["audiences": ["salarie", "salarie"]], ["/audiences/1 duplicate-item"]),
                (["audiences": ["salaries"]], ["/audiences/0 unknown-code"]),
                (
                    ["satisfaction": 0, "added_value": 6, "baseline": 0],
                    [
                        "/satisfaction out-of-range", "/added_value out-of-range", "/baseline out-of-range",
                    ]
                ),
                (
                    ["quality_principles": 6, "quality_organisation": 0, "quality_effects": -1],
                    [
                        "/quality_principles out-of-range", "/quality_organisation out-of-range",
                        "/quality_effects out-of-range",
                    ]
                ),
                (
                    ["is_answered": false],
                    [
                        "/satisfaction not-answered", "/named_right_structure not-answered",
                        "/next_step_decided not-answered", "/was_charged not-answered",
                        "/situation_better not-answered",
                        "/was_useful not-answered", "/had_need not-answered", "/used_service not-answered",
                        "/added_value not-answered", "/baseline not-answered", "/quality_principles not-answered",
                        "/quality_organisation not-answered", "/quality_effects not-answered",
                    ]
                ),
            ]),
        ContributionSample(
            kind: ProfessionalSurveyAnswer.self,
            members: [
                "external_id": "a", "structure": north, "asked_on": "2026-03-01", "is_answered": true,
                "known_structures": [south], "asked_structures": [south, gone], "added_value": 4, "baseline": 2,
                "quality_principles": 5, "quality_organisation": 1, "quality_effects": 3,
            ],
            change: ("baseline", 1),
            flaws: [
                (
                    ["structure": unknown, "asked_structures": [south, unknown]],
                    [
                        "/structure unknown-structure", "/asked_structures/1 unknown-structure",
                    ]
                ),
                (["known_structures": [south, north]], ["/known_structures not-asked"]),
                (["asked_structures": [south, south]], ["/asked_structures/1 duplicate-item"]),
                (["known_structures": [south, "x"]], ["/known_structures/1 wrong-format"]),
                (["asked_on": "2999-01-01"], ["/asked_on in-the-future"]),
                (
                    ["added_value": 6, "quality_effects": 0],
                    [
                        "/added_value out-of-range", "/quality_effects out-of-range",
                    ]
                ),
                (
                    ["is_answered": false],
                    [
                        "/added_value not-answered", "/baseline not-answered", "/quality_principles not-answered",
                        "/quality_organisation not-answered", "/quality_effects not-answered",
                        "/known_structures not-answered",
                    ]
                ),
            ]),
    ]

    static let work = [
        ContributionSample(
            kind: NetworkAction.self,
            members: [
                "external_id": "a", "kind": "fair", "territory": "territoire-spro:52-01", "held_on": "2026-03-01",
                "is_completed": true, "sector": "metallurgie", "has_spro_space": true, "is_supported": false,
                "invited_structures": [north, south], "attending_structures": [south],
                "attendees": ["agent-b", "agent-a"],
            ],
            change: ("attendees", ["agent-b", "agent-c"]),
            flaws: [
                (["kind": "party"], ["/kind unknown-code"]),
                (["kind": "training"], ["/has_spro_space out-of-place", "/is_supported out-of-place"]),
                (["kind": "sector", "sector": nil, "has_spro_space": nil, "is_supported": nil], ["/sector required"]),
                (["territory": "52-01"], ["/territory wrong-format"]),
                (["held_on": "2999-01-01"], ["/held_on in-the-future"]),
                (["sector": "Métallurgie"], ["/sector wrong-format"]),
                (
                    ["invited_structures": [north, unknown], "attending_structures": [unknown]],
                    [
                        "/invited_structures/1 unknown-structure", "/attending_structures/0 unknown-structure",
                    ]
                ),
                (["attendees": ["a", "b", "a"]], ["/attendees/2 duplicate-item"]),
                (["attendees": [.string(String(repeating: "x", count: 101))]], ["/attendees/0 wrong-length"]),
                (["attendees": .array((0...2000).map { .string("\($0)") })], ["/attendees wrong-count"]),
            ]),
        ContributionSample(
            kind: PlanOrReport.self,
            members: [
                "external_id": "a", "kind": "report", "scope": "territory", "subject": "territoire-spro:52-01",
                "year": 2025, "due_on": "2027-03-31", "filed_on": "2026-03-01", "state": "accepted",
                "actions_planned": 4,
            ],
            change: ("state", "returned"),
            flaws: [
                (["kind": "x", "state": "x"], ["/kind unknown-code", "/state unknown-code"]),
                (["scope": "x"], ["/scope unknown-code"]),
                (["scope": "structure"], ["/subject wrong-format"]),
                (["scope": "structure", "subject": unknown], ["/subject unknown-structure"]),
                (["scope": "network", "subject": "kiosque"], ["/subject unknown-code"]),
                (["subject": "52-01"], ["/subject wrong-format"]),
                (["year": 1989], ["/year out-of-range"]),
                (
                    ["due_on": "2026-13-01", "filed_on": "2999-01-01"],
                    [
                        "/due_on wrong-format", "/filed_on in-the-future",
                    ]
                ),
                (
                    ["due_on": "2200-01-01", "actions_planned": -1],
                    [
                        "/due_on out-of-range", "/actions_planned out-of-range",
                    ]
                ),
            ]),
        ContributionSample(
            kind: GovernanceDecision.self,
            members: [
                "external_id": "a", "kind": "training-plan", "body": "crefop", "decided_on": "2026-03-01",
                "year": 2026, "decision": "amended",
            ],
            change: ("decision", "approved"),
            flaws: [
                (["kind": "x", "decision": "x"], ["/kind unknown-code", "/decision unknown-code"]),
                (["body": "comite-des-fetes"], ["/body unknown-code"]),
                (["body": "Crefop"], ["/body wrong-format"]),
                (["decided_on": "2999-01-01", "year": 2200], ["/decided_on in-the-future", "/year out-of-range"]),
            ]),
        ContributionSample(
            kind: Incident.self,
            members: [
                "external_id": "a", "territory": "territoire-spro:52-01", "kind": "accueil-ferme",
                "opened_on": "2026-03-01", "resolved_on": "2026-03-02",
            ],
            change: ("resolved_on", "2026-03-03"),
            flaws: [
                (["structure": north], ["/territory structure-or-territory"]),
                (["territory": nil], ["/structure structure-or-territory"]),
                (["territory": nil, "structure": unknown], ["/structure unknown-structure"]),
                (["territory": "x"], ["/territory wrong-format"]),
                (["kind": "Fermé"], ["/kind wrong-format"]),
                (["resolved_on": "2026-02-28"], ["/resolved_on wrong-order"]),
                (["opened_on": "2999-01-01", "resolved_on": nil], ["/opened_on in-the-future"]),
            ]),
    ]

    static let counts = [
        ContributionSample(
            kind: WebStatistic.self,
            members: [
                "external_id": "a", "month": "2026-03", "channel": "telephone", "sessions": 12, "structure": north,
                "network": "mission-locale",
            ],
            change: ("sessions", 13),
            flaws: [
                (["month": "2026-Q1"], ["/month wrong-format"]), (["month": "2026"], ["/month wrong-format"]),
                (["month": "2199-12"], ["/month in-the-future"]), (["month": "1989-12"], ["/month out-of-range"]),
                (["channel": "fax"], ["/channel unknown-code"]), (["sessions": -1], ["/sessions out-of-range"]),
                (["structure": unknown], ["/structure unknown-structure"]),
                (["network": "kiosque"], ["/network unknown-code"]),
                (["network": "cio"], ["/network not-its-network"]),
            ]),
        ContributionSample(
            kind: CEPEpisodeRecord.self,
            members: [
                "external_id": "a", "structure": north, "level": 2, "framework": "2019", "opened_on": "2026-03-01",
                "closed_on": "2026-03-09", "acts": 3, "person": "dossier-martin", "sex": "homme",
                "age_band": "26-30", "audiences": ["salarie"],
            ],
            change: ("person", "dossier-durand"),
            flaws: [
                (["structure": unknown], ["/structure unknown-structure"]),
                (["level": 4], ["/level out-of-range"]), (["level": 3], ["/level out-of-range"]),
                (["framework": "2020"], ["/framework unknown-code"]),
                (["closed_on": "2026-02-01"], ["/closed_on wrong-order"]),
                (
                    ["opened_on": "2999-01-01", "closed_on": "2999-01-01"],
                    [
                        "/opened_on in-the-future", "/closed_on in-the-future",
                    ]
                ),
                (["acts": -1], ["/acts out-of-range"]), (["person": ""], ["/person wrong-length"]),
                (
                    ["sex": "h", "age_band": "26", "audiences": ["x"]],
                    [
                        "/sex unknown-code", "/age_band unknown-code", "/audiences/0 unknown-code",
                    ]
                ),
            ]),
        ContributionSample(
            kind: PSADCaseRecord.self,
            members: [
                "external_id": "a", "platform": north, "identified_on": "2026-03-01", "contacted_on": "2026-03-02",
                "received_on": "2026-03-03", "solution_on": "2026-03-04",
            ],
            change: ("solution_on", "2026-03-05"),
            flaws: [
                (["platform": unknown], ["/platform unknown-structure"]),
                (["contacted_on": "2026-02-02"], ["/contacted_on wrong-order"]),
                (["received_on": "2026-02-02"], ["/received_on wrong-order"]),
                (["contacted_on": nil, "received_on": nil, "solution_on": "2026-02-02"], ["/solution_on wrong-order"]),
                (["solution_on": "2999-01-01"], ["/solution_on in-the-future"]),
            ]),
        ContributionSample(
            kind: ReferencePopulation.self,
            members: [
                "external_id": "a", "commune": "44109", "year": 2025, "population": 320_000, "department": "44",
                "region": "52", "territories": ["territoire-spro:52-01", "epci:244400404"],
                "active_population": 160_000, "latitude": .number(JSONNumber(text: "47.2184")),
                "longitude": .number(JSONNumber(text: "-1.5536")),
            ],
            change: ("active_population", 160_001),
            flaws: [
                (["commune": "44"], ["/commune wrong-format"]),
                (["year": 1989], ["/year out-of-range"]), (["population": -1], ["/population out-of-range"]),
                (["department": "49"], ["/department wrong-format"]), (["region": "53"], ["/region wrong-format"]),
                (["territories": ["epci:1", "epci:2"]], ["/territories two-of-a-kind"]),
                (["active_population": 320_001], ["/active_population out-of-range"]),
                (["latitude": nil], ["/latitude required"]), (["longitude": nil], ["/longitude required"]),
                (["latitude": 91, "longitude": -181], ["/latitude out-of-range", "/longitude out-of-range"]),
            ]),
        ContributionSample(
            kind: ReferenceGroup.self,
            members: [
                "external_id": "a", "year": 2025, "dimension": "sex", "code": "femme", "population": 1_950_000,
            ],
            change: ("population", 1_950_001),
            flaws: [
                (["year": 2200], ["/year out-of-range"]), (["dimension": "theme"], ["/dimension unknown-code"]),
                (["dimension": "age_band"], ["/code unknown-code"]), (["population": -1], ["/population out-of-range"]),
            ]),
    ]
}
