import Charters
import Foundation
import Postgres
import Schema

/// Sessions and calls of a month by one channel: of a structure, of a network, or of the region (W). No persons.
struct WebStatistic: Contribution {
    static let kind = "web-statistics"
    static let members: [ContributionMember] = [
        .required("external_id"), .required("month"), .required("channel"), .required("sessions", .integer),
        .optional("structure"), .optional("network"),
    ]
    static let table = ContributionTable(
        name: "web_statistics", columns: ["month", "channel", "sessions", "structure", "network"])

    let externalID: String
    let month: Period
    let channel: String
    let sessions: Int
    let structure: UUID?
    /// Beside a structure: for which of its networks.
    let network: String?

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let month = object.required("month", .month(until: today))
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        let sessions = object.required("sessions", .int(0...1_000_000_000))
        structure = object.optional("structure", .string(.uuid))
        network = object.optional("network", .string(.slug))
        guard let externalID, let month, let channel, let sessions else { return nil }
        (self.externalID, self.month, self.channel, self.sessions) = (externalID, month, channel, sessions)
    }

    var subject: ContributionSubject {
        structure.map { .structure($0, at: "structure") } ?? network.map { .network($0) } ?? .region(nil)
    }

    var networkOfSubject: String? { structure == nil ? nil : network }

    func violations(under charter: Charter?) -> [Violation] {
        network.map { charter.violations(ofNetwork: $0, at: "network") } ?? []
    }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, month.text, channel, sessions, structure, network)
    }
}

extension ValueRule where Value == Period {
    /// A month that has begun.
    fileprivate static func month(until today: CalendarDate) -> ValueRule {
        .string(
            TextRule.period.map { period throws(Flaw) in
                guard period.length == .month else { throw .format("AAAA-MM", "YYYY-MM") }
                guard period.year >= 1990 else { throw .outOfRange("1990-01", Period(.month, of: today).text) }
                guard period <= Period(.month, of: today) else { throw .inTheFuture }
                return period
            })
    }
}
