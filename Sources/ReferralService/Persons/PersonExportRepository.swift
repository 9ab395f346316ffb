import Foundation
import Postgres
import Schema

/// What an export, and the side of their own, hold of a person beside what is sealed.
struct PersonExportRepository: Sendable {
    struct Person: Sendable {
        let id: UUID
        let structure: UUID
        let mode: String
        let ageBand: String?
        let sex: String?
        let education: String?
        let situations: [String]
        let residenceCommune: String?
    }

    struct Demand: Sendable {
        let id: UUID
        let theme: String
        let state: String
        let outcome: String?
        let summaryGiven: Bool?
        let charged: Bool?
        let counsellingProposed: Bool?
        let counsellingAccepted: Bool?
        let appointmentRequested: Bool?
        let openedAt: Date
        let closedAt: Date?
        var receptions: [Reception]
    }

    struct Reception: Sendable {
        let demand: UUID
        let structure: UUID
        let channel: String
        let access: String
        let preferredChannel: String?
        let urgency: String
        let audiences: [String]
        let requestedAt: Date?
        let receivedAt: Date
    }

    func person(_ id: UUID, in transaction: Transaction) async throws -> Person? {
        try await transaction.query(
            """
            select id, structure_id, mode, age_band, sex, education, situations, residence_commune
            from persons where id = \(id)
            """
        ).first.map(Person.init)
    }

    func demands(of person: UUID, in transaction: Transaction) async throws -> [Demand] {
        let results = try await transaction.pipeline([
            "select * from demands where person_id = \(person) order by id",
            """
            select receptions.* from receptions join demands on demands.id = demand_id
            where person_id = \(person) order by receptions.id
            """,
        ])
        let receptions = Dictionary(grouping: try results[1].map(Reception.init), by: \.demand)
        return try results[0].map { row in
            var demand = try Demand(row)
            demand.receptions = receptions[demand.id] ?? []
            return demand
        }
    }
}

extension PersonExportRepository.Person {
    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        structure = try row["structure_id"]
        mode = try row["mode"]
        ageBand = try row["age_band"]
        sex = try row["sex"]
        education = try row["education"]
        situations = try row["situations"]
        residenceCommune = try row["residence_commune"]
    }

    /// - Parameter disclosures: what could tell who it is, opened.
    func write(with disclosures: [DataCategory: Redacted<[UInt8]>], to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("structure_id", structure.text)
            json.member("mode", mode)
            json.member("age_band", ageBand)
            json.member("sex", sex)
            json.member("education", education)
            json.member("situations", situations)
            json.member("residence_commune", residenceCommune)
            for (name, category) in PersonRepository.members {
                json.member(name) { json in json.optional(disclosures[category]) { $0.raw($1.revealed) } }
            }
        }
    }
}

extension PersonExportRepository.Demand {
    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        theme = try row["theme"]
        state = try row["state"]
        outcome = try row["outcome"]
        summaryGiven = try row["summary_given"]
        charged = try row["charged"]
        counsellingProposed = try row["counselling_proposed"]
        counsellingAccepted = try row["counselling_accepted"]
        appointmentRequested = try row["appointment_requested"]
        openedAt = try row["opened_at"]
        closedAt = try row["closed_at"]
        receptions = []
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("theme", theme)
            json.member("state", state)
            json.member("outcome", outcome)
            let flags = [
                ("summary_given", summaryGiven), ("charged", charged), ("counselling_proposed", counsellingProposed),
                ("counselling_accepted", counsellingAccepted), ("appointment_requested", appointmentRequested),
            ]
            for (name, flag) in flags { json.member(name) { json in json.optional(flag) { $0.value($1) } } }
            json.member("opened_at", RFC3339.format(openedAt))
            json.member("closed_at", closedAt.map(RFC3339.format))
            json.member("receptions") { json in json.array(of: receptions) { $1.write(to: &$0) } }
        }
    }
}

extension PersonExportRepository.Reception {
    fileprivate init(_ row: Row) throws {
        demand = try row["demand_id"]
        structure = try row["structure_id"]
        channel = try row["channel"]
        access = try row["access"]
        preferredChannel = try row["preferred_channel"]
        urgency = try row["urgency"]
        audiences = try row["audiences"]
        requestedAt = try row["requested_at"]
        receivedAt = try row["received_at"]
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("structure_id", structure.text)
            json.member("channel", channel)
            json.member("access", access)
            json.member("preferred_channel", preferredChannel)
            json.member("urgency", urgency)
            json.member("audiences", audiences)
            json.member("requested_at", requestedAt.map(RFC3339.format))
            json.member("received_at", RFC3339.format(receivedAt))
        }
    }
}
