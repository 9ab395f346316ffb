import Foundation

/// A stored structure, read the short way: the same members as ``StructureDraft/init(_:origin:)`` reads, which has the
/// last word wherever this one does not know what it sees. What the rules say of single texts (addresses of the web and
/// of mail, telephones, SIRETs) was judged when they were written.
extension StructureDraft {
    /// - Throws: where the strict reader must look, because something is missing, unknown or unusual.
    package init(stored document: UnsafeBufferPointer<UInt8>) throws(StoredJSONScanner.Unfamiliar) {
        var (name, status): (String?, String?)
        var (parentID, label, siret, address, location): (UUID?, Label?, String?, Address?, Location?)
        var (region, contact, openingHours, staff): (String?, Contact?, String?, Staff?)
        var (networks, participatesIn, accessibility, languages): ([String], [String], [String], [String]) =
            ([], [], [], [])
        var (closures, services): ([Closure], [ServiceOffer]) = ([], [])
        var (logoDisplayedOn, source, verifiedOn): (CalendarDate?, String?, CalendarDate?)
        var scanner = StoredJSONScanner(document)
        try scanner.document { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "name": name = try json.text(upTo: 200)
            case "status": status = try json.code(of: .structureStatus)
            case "parent_id": parentID = try json.uuid()
            case "label": label = try Label(stored: &json)
            case "siret": siret = try json.text(upTo: 14)
            case "address": address = try Address(stored: &json)
            case "location": location = try Location(stored: &json)
            case "region": region = try json.text(upTo: 9)
            case "participates_in": participatesIn = try json.texts(upTo: 100, length: 100)
            case "contact": contact = try Contact(stored: &json)
            case "opening_hours": openingHours = try json.text(upTo: OpeningHours.maximumLength)
            case "closures":
                closures = try json.array(upTo: 200) { (json) throws(StoredJSONScanner.Unfamiliar) in
                    try Closure(stored: &json)
                }
            case "networks": networks = try json.texts(upTo: 20, length: 64)
            case "accessibility": accessibility = try json.codes(upTo: 20, of: .accessibility)
            case "languages": languages = try json.texts(upTo: 40, length: 2)
            case "services":
                services = try json.array(upTo: 100) { (json) throws(StoredJSONScanner.Unfamiliar) in
                    try ServiceOffer(stored: &json)
                }
            case "staff": staff = try Staff(stored: &json)
            case "logo_displayed_on": logoDisplayedOn = try json.date()
            case "source": source = try json.text(upTo: 200)
            case "verified_on": verifiedOn = try json.date()
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        let isPlaced = address != nil || (location == nil && region != nil)
        guard let name, let status, isPlaced, Set(services.map(\.id)).count == services.count else {
            throw StoredJSONScanner.Unfamiliar()
        }
        (self.name, self.status, self.parentID, self.label, self.siret) = (name, status, parentID, label, siret)
        (self.address, self.location, self.region, self.contact) = (address, location, region, contact)
        (self.networks, self.participatesIn, self.openingHours) = (networks, participatesIn, openingHours)
        (self.closures, self.accessibility, self.languages) = (closures, accessibility, languages)
        (self.services, self.staff, self.logoDisplayedOn) = (services, staff, logoDisplayedOn)
        (self.source, self.verifiedOn) = (source, verifiedOn)
    }
}

extension StoredCodes {
    fileprivate static let structureStatus = StoredCodes(.structureStatus)
    fileprivate static let accessibility = StoredCodes(.accessibility)
    fileprivate static let labelState = StoredCodes(.labelState)
    fileprivate static let locationPrecision = StoredCodes(.locationPrecision)
}

extension StoredJSONScanner {
    mutating func uuid() throws(Unfamiliar) -> UUID {
        guard let id = UUID(spelt: try plainString()) else { throw Unfamiliar() }
        return id
    }

    mutating func date() throws(Unfamiliar) -> CalendarDate {
        guard let date = CalendarDate(spelt: try plainString()) else { throw Unfamiliar() }
        return date
    }

    mutating func texts(upTo count: Int, length: Int) throws(Unfamiliar) -> [String] {
        try set(upTo: count) { (json) throws(Unfamiliar) in try json.text(upTo: length) }
    }

    mutating func codes(upTo count: Int, of codes: StoredCodes) throws(Unfamiliar) -> [String] {
        try set(upTo: count) { (json) throws(Unfamiliar) in try json.code(of: codes) }
    }
}

extension Label {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (state, charter, decidedOn): (String?, String?, CalendarDate?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "state": state = try json.code(of: .labelState)
            case "charter": charter = try json.text(upTo: 64)
            case "decided_on": decidedOn = try json.date()
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let state else { throw StoredJSONScanner.Unfamiliar() }
        (self.state, self.charter, self.decidedOn) = (state, charter, decidedOn)
    }
}

extension Address {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (street, postalCode, commune, isConfidential): (String?, String?, String?, Bool) = (nil, nil, nil, false)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "street": street = try json.text(upTo: 200)
            case "postal_code": postalCode = try json.text(upTo: 5)
            case "commune": commune = try json.text(upTo: 5)
            case "confidential": isConfidential = try json.bool()
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let commune, commune.utf8.count == 5 else { throw StoredJSONScanner.Unfamiliar() }
        (self.street, self.postalCode, self.commune) = (street, postalCode, commune)
        self.isConfidential = isConfidential
    }
}

extension Location {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (latitude, longitude, precision): (Double?, Double?, String?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "latitude": latitude = try json.double(in: -90...90)
            case "longitude": longitude = try json.double(in: -180...180)
            case "precision": precision = try json.code(of: .locationPrecision)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let latitude, let longitude, let precision,
            let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        else { throw StoredJSONScanner.Unfamiliar() }
        self.init(coordinate: coordinate, precision: precision)
    }
}

extension Contact {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (phone, email, website, bookingURL): (String?, String?, String?, String?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "phone": phone = try json.text(upTo: 40)
            case "email": email = try json.text(upTo: 254)
            case "website": website = try json.text(upTo: 2000)
            case "booking_url": bookingURL = try json.text(upTo: 2000)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        (self.phone, self.email, self.website, self.bookingURL) = (phone, email, website, bookingURL)
    }
}

extension Closure {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (from, to, announcedOn): (CalendarDate?, CalendarDate?, CalendarDate?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "from": from = try json.date()
            case "to": to = try json.date()
            case "announced_on": announcedOn = try json.date()
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let from, let to, from <= to else { throw StoredJSONScanner.Unfamiliar() }
        (self.from, self.to, self.announcedOn) = (from, to, announcedOn)
    }
}

extension Staff {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (declared, qualified): (Int?, Int?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "declared": declared = try json.integer(in: 0...100_000)
            case "qualified": qualified = try json.integer(in: 0...100_000)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let declared, qualified ?? 0 <= declared else { throw StoredJSONScanner.Unfamiliar() }
        (self.declared, self.qualified) = (declared, qualified)
    }
}
