/// Bodies that hold all of what the description of the lists names.
enum DescribedEntries {
    /// What each list's operations are called, and an entry with every member and with the required ones only.
    static let all = [
        "agenda": (
            "Event", "Agenda",
            #"{"title":"A","kind":"salon","description":"a\nb","starts_at":"2099-01-01T08:00:00+01:00","#
                + #""ends_at":"2099-01-01T09:00:00Z","place":{"name":"H","street":"1 rue A","postal_code":"44600","#
                + #""commune":"44184"},"online_url":"https://v.example","organiser_id":"#
                + #""019b76da-a800-71e1-aebf-12a7ec0c6887","region":"52","territories":["territoire-spro:52-02"],"#
                + #""audiences":["salarie"],"registration":{"required":true,"url":"https://r.example","#
                + #""phone":"02 40 00 00 00"},"capacity":30,"cancelled":true,"source":"essai"}"#,
            #"{"title":"B","kind":"atelier","starts_at":"2099-01-01T08:00:00Z","ends_at":"2099-01-01T09:00:00Z","#
                + #""online_url":"https://v.example","region":"52"}"#
        ),
        "schemes": (
            "Scheme", "Schemes",
            #"{"name":"A","kind":"aide","themes":["vae"],"summary":"a\nb","region":"52","#
                + #""territories":["departement:44"],"audiences":["salarie"],"situations":["parent"],"#
                + #""networks":["mission-locale"],"structures":["019b76da-a800-71e1-aebf-12a7ec0c6887"],"#
                + #""conditions":"x","how_to_access":"y","url":"https://a.example","phone":"3939","#
                + #""valid_from":"2020-01-01","valid_until":"2099-01-01","source":"essai"}"#,
            #"{"name":"B","kind":"formation","summary":"a","region":"52"}"#
        ),
        "resources": (
            "Resource", "Resources",
            #"{"title":"A","kind":"numero-vert","description":"a\nb","url":"https://a.example","phone":"3939","#
                + #""languages":["fr","ar"],"region":"52","territories":["territoire-spro:52-02"],"#
                + #""audiences":["salarie"],"publisher":"P","published_on":"2026-01-01","source":"essai"}"#,
            #"{"title":"B","kind":"guide","url":"https://a.example","region":"52"}"#
        ),
        "conventions": (
            "Convention", "Conventions",
            #"{"level":"region-reseau-structure","region":"52","title":"A","parties":["region:52","etat","#
                + #""mission-locale","019b76da-a800-71e1-aebf-12a7ec0c6887"],"valid_from":"2026-01-01","#
                + #""valid_until":"2026-12-31","url":"https://a.example","source":"essai"}"#,
            #"{"level":"region-reseau","region":"52","parties":["region:52","cio"],"valid_from":"2026-01-01"}"#
        ),
    ]
}

/// Bodies that hold all of what the description of a structure names.
enum DescribedStructure {
    /// Every member that an editor may write.
    static let full = """
        {"name": "Entière", "status": "signataire", "parent_id": "019b76da-a800-77ef-adb4-848cc2d4fdb4", "region": "52",
        "networks": ["mission-locale"], "siret": "35600000000048", "participates_in": ["territoire-spro:52-02"],
        "address": {"street": "1 rue de l’Exemple", "postal_code": "44600", "commune": "44184"},
        "location": {"latitude": 47.27, "longitude": -2.2, "precision": "site"}, "opening_hours": "Mo-Fr 09:00-17:00",
        "contact": {"phone": "+33 2 40 00 00 00", "email": "a@b.example", "website": "http://b.example",
        "booking_url": "https://b.example/rdv"}, "languages": ["fr", "ar"], "accessibility": ["boucle-magnetique"],
        "closures": [{"from": "2026-08-01", "to": "2026-08-15", "announced_on": "2026-06-01"}],
        "staff": {"declared": 4, "qualified": 3}, "logo_displayed_on": "2026-01-01", "source": "essai",
        "verified_on": "2026-01-02", "services": [{"id": "019b76da-a800-7000-8000-000000000001", "kind": "cep-conseil",
        "audiences": ["salarie"], "situations": ["parent"], "modalities": [{"channel": "visio", "access": "rendez-vous",
        "format": "individuel"}], "opening_hours": "We 14:00-17:00", "cep_level": 2, "cep_framework": "2019",
        "zones": [{"type": "region", "code": "52"}, {"type": "pays", "code": "FR"}], "age_min": 16, "age_max": 30,
        "conditions": "Aucune", "lead_time_days": 3}]}
        """

    /// Every object that an editor may write, with its required members only.
    static let sparse = """
        {"name": "Éparse", "status": "signataire", "address": {"commune": "44184"}, "contact": {},
        "closures": [{"from": "2026-08-01", "to": "2026-08-15"}], "staff": {"declared": 0},
        "services": [{"kind": "ressources-en-ligne", "modalities": [{"channel": "en-ligne"}]}]}
        """
}
