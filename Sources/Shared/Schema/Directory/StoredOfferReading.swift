import Foundation

/// The offers of a stored structure, as ``StructureDraft/init(stored:)`` reads it.
extension ServiceOffer {
    init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (id, kind, openingHours, conditions): (UUID?, String?, String?, String?)
        var (audiences, situations): ([String], [String]) = ([], [])
        var (modalities, zones): ([Modality], [Zone]) = ([], [])
        var (cepLevel, cepFramework, leadTimeDays): (Int?, String?, Int?)
        var (ageMin, ageMax): (Int?, Int?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "id": id = try json.uuid()
            case "kind": kind = try json.code(of: .serviceKind)
            case "audiences": audiences = try json.codes(upTo: 20, of: .audience)
            case "situations": situations = try json.codes(upTo: 20, of: .situation)
            case "modalities":
                modalities = try json.set(upTo: 20) { (json) throws(StoredJSONScanner.Unfamiliar) in
                    try Modality(stored: &json)
                }
            case "opening_hours": openingHours = try json.text(upTo: OpeningHours.maximumLength)
            case "cep_level": cepLevel = try json.integer(in: 1...3)
            case "cep_framework": cepFramework = try json.code(of: .cepFramework)
            case "zones":
                zones = try json.set(upTo: 2000) { (json) throws(StoredJSONScanner.Unfamiliar) in
                    try Zone(stored: &json)
                }
            case "age_min": ageMin = try json.integer(in: 0...120)
            case "age_max": ageMax = try json.integer(in: 0...120)
            case "conditions": conditions = try json.text(upTo: 1000)
            case "lead_time_days": leadTimeDays = try json.integer(in: 0...365)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let id, let kind, ageMin ?? 0 <= ageMax ?? 120, cepFramework != "2019" || cepLevel != 3 else {
            throw StoredJSONScanner.Unfamiliar()
        }
        (self.id, self.kind, self.audiences, self.situations) = (id, kind, audiences, situations)
        (self.modalities, self.openingHours, self.zones) = (modalities, openingHours, zones)
        (self.cepLevel, self.cepFramework, self.leadTimeDays) = (cepLevel, cepFramework, leadTimeDays)
        (self.ageMin, self.ageMax, self.conditions) = (ageMin, ageMax, conditions)
    }
}

extension Modality {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (channel, access, format): (String?, String?, String?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "channel": channel = try json.code(of: .channel)
            case "access": access = try json.code(of: .access)
            case "format": format = try json.code(of: .format)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let channel else { throw StoredJSONScanner.Unfamiliar() }
        (self.channel, self.access, self.format) = (channel, access, format)
    }
}

extension Zone {
    fileprivate init(stored json: inout StoredJSONScanner) throws(StoredJSONScanner.Unfamiliar) {
        var (type, code): (String?, String?)
        try json.object { (json, member) throws(StoredJSONScanner.Unfamiliar) in
            switch member {
            case "type": type = try json.code(of: .zoneType)
            case "code": code = try json.text(upTo: 9)
            default: throw StoredJSONScanner.Unfamiliar()
            }
        }
        guard let type, let code else { throw StoredJSONScanner.Unfamiliar() }
        self.init(type: type, code: code)
    }
}

extension StoredCodes {
    fileprivate static let serviceKind = StoredCodes(.serviceKind)
    fileprivate static let audience = StoredCodes(.audience)
    fileprivate static let situation = StoredCodes(.situation)
    fileprivate static let cepFramework = StoredCodes(.cepFramework)
    fileprivate static let channel = StoredCodes(.channel)
    fileprivate static let access = StoredCodes(.access)
    fileprivate static let format = StoredCodes(.format)
    fileprivate static let zoneType = StoredCodes(.zoneType)
}
