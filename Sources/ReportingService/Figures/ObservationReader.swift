import Foundation
import Postgres
import Schema

/// Reads the rows of a population's query.
struct ObservationReader {
    private let isAboutPersons: Bool
    private let attributes: [Attribute]
    private let moment: Period?

    /// - Parameter moment: the period at whose end a state is read.
    init(_ population: any Population.Type, at moment: Period?) {
        isAboutPersons = population.isAboutPersons
        attributes = population.allAttributes
        self.moment = moment
    }

    func read(_ row: Row, _ persons: inout PersonNumbers) throws -> Observation {
        let places = try row["places", as: [String]?.self] ?? []
        let happened = moment == nil ? try row["at", as: Date?.self] : nil
        let person: Observation.Person =
            isAboutPersons
            ? persons.person(try row["person", as: String?.self], isLinkable: try row["is_linkable", as: Bool?.self])
            : .nobody
        return Observation(
            period: moment ?? happened.map { Period(.month, of: ParisClock.day(of: $0)) }, person: person,
            weight: try row["weight", as: Int.self],
            values: try attributes.map { try value($0, in: row, at: places) })
    }

    private func value(_ attribute: Attribute, in row: Row, at places: [String]) throws -> Observation.Value {
        switch attribute.dimension {
        case .department?:
            let key = places.first { $0.hasPrefix("departement:") }
            return key.map { .code(String($0.dropFirst(12))) } ?? .none
        case .territory?: return CountedUnder.territory(among: places).map(Observation.Value.code) ?? .none
        default: break
        }
        switch attribute.form {
        case .flag: return try row[attribute.name, as: Bool?.self].map(Observation.Value.flag) ?? .none
        case .code, .key: return try row[attribute.name, as: String?.self].map(Observation.Value.code) ?? .none
        case .codes:
            let codes = try row[attribute.name, as: [String]?.self] ?? []
            return codes.isEmpty ? .none : .codes(codes.sorted())
        case .number: return try row[attribute.name, as: Int?.self].map(Observation.Value.number) ?? .none
        }
    }
}

/// Numbers in place of the keys of persons, the same for one person throughout a reading.
struct PersonNumbers {
    private var numbers: [String: Int] = [:]

    /// Who was forgotten is told from who never could be linked.
    ///
    /// - Parameter isLinkable: nil for what is about nobody.
    mutating func person(_ key: String?, isLinkable: Bool?) -> Observation.Person {
        guard let isLinkable else { return .nobody }
        guard let key else { return isLinkable ? .erased : .unlinkable }
        if let number = numbers[key] { return .linked(number) }
        numbers[key] = numbers.count
        return .linked(numbers.count - 1)
    }
}
