import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Schema
import Web

/// `GET /v1/indicators` and `/v1/indicators/{code}`: what is computed, how, from which passage, towards which targets;
/// with a region, as it is in force there.
struct IndicatorsRoutes {
    let pool: Pool
    let readings: DefinitionReadings
    let catalogue: Catalogue
    let charters: CharterSet
    let threshold: Int

    var routes: [Route] {
        [
            Route(.get, "/v1/indicators", .scope(.reportingRead), list),
            Route(.get, "/v1/indicators/{code}", .scope(.reportingRead), show),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let standing = try await standing(request)
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { json in
            json.member("items") { json in json.array(of: catalogue.definitions) { write($1, standing, to: &$0) } }
            json.member("next_cursor") { $0.null() }
        }
        return .json(json, for: request)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let definition = try context.indicator(of: catalogue)
        let standing = try await standing(request, of: definition.code)
        var json = JSONWriter(reservingCapacity: 4096)
        write(definition, standing, to: &json)
        return .json(json, for: request)
    }

    /// What the region that the query names has of each indicator; nil where it names none.
    private func standing(_ request: Request, of code: String? = nil) async throws -> RegionStanding? {
        let query = try request.query()
        let region = query.optional("region", .code(charters.charters.keys.sorted()))
        try query.finish()
        guard let region else { return nil }
        let versions = try await pool.withTransaction(readOnly: true) {
            try await VersionsRepository(region: region).list(of: code, in: $0)
        }
        return RegionStanding(region: region, versions: versions)
    }

    /// The version in force in the region, else the catalogue's.
    private func write(_ shipped: IndicatorDefinition, _ standing: RegionStanding?, to json: inout JSONWriter) {
        let inForce = standing?.versionInForce(of: shipped.code).flatMap { version in
            readings.document(of: version).map { (version: version, definition: $0.definition) }
        }
        let definition = inForce?.definition ?? shipped
        json.object { json in
            json.member("code", definition.code)
            json.member("version", definition.version.text)
            json.member("state", (standing?.state(of: definition) ?? .draft).rawValue)
            json.member("experimental", inForce == nil)
            if let standing {
                json.member("region", standing.region)
                json.member("in_force") { json in
                    json.optional(inForce?.version) { $0.writeInForce($1) }
                }
            }
            json.member("title") { $0.write(definition.title) }
            json.member("quote") { json in
                json.object { json in
                    json.member("region", definition.quote.region)
                    json.member("text", definition.quote.text)
                }
            }
            json.member("formula") { $0.write(definition.formula) }
            json.member("not_computable") { json in
                json.optional(definition.obstacle) { $0.write($1) }
            }
            json.member("parameters") { json in
                json.object { json in for (name, value) in definition.parameters { json.member(name, value) } }
            }
            json.member("populations") { json in
                json.array(of: definition.parts) { json, part in
                    json.object { json in
                        json.member("name", part.population.name)
                        json.member("summary") { $0.write(part.population.summary) }
                    }
                }
            }
            json.member("measures") { json in
                json.array(of: definition.parts.flatMap { part in part.measures.map { (part, $0) } }) { json, entry in
                    let (part, measure) = entry
                    json.object { json in
                        json.member("name", measure.name)
                        json.member("label") { $0.write(measure.label) }
                        json.member("population", part.population.name)
                        json.member("unit", measure.unit.rawValue)
                        json.member("has_target", measure.hasTarget)
                    }
                }
            }
            json.member("tables") { json in
                json.array(of: definition.plan) { json, shape in
                    json.object { json in
                        json.member("period", shape.length.name)
                        json.member("by", Dimension.allCases.filter(shape.dimensions.contains).map(\.rawValue))
                    }
                }
            }
            json.member("events", definition.events)
            json.member("least_persons", definition.isAboutPersons ? threshold : nil)
            json.member("targets") { json in
                json.array(of: charters.charters.values.sorted { $0.region < $1.region }) { json, charter in
                    guard let target = charter.indicatorTargets[definition.code], let number = target.number else {
                        return
                    }
                    json.object { json in
                        json.member("region", charter.region)
                        json.member("target", number)
                        json.member("quote", target.quote)
                    }
                }
            }
        }
    }
}

extension IndicatorTarget {
    /// Nil where it is not a figure.
    var number: Double? {
        if case .number(let number) = goal { number } else { nil }
    }
}

extension ServiceContext {
    /// The indicator that the path names.
    func indicator(of catalogue: Catalogue) throws(Refusal) -> IndicatorDefinition {
        guard let definition = pathParameter("code").flatMap(catalogue.definition) else {
            throw Refusal(.notFound, fr: "Cet indicateur n’existe pas.", en: "There is no such indicator.")
        }
        return definition
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ text: LocalizedText) {
        object { json in
            json.member("fr", text.fr)
            json.member("en", text.en)
        }
    }
}
