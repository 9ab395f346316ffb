import Charters
import Postgres
import Schema
import Tokens

/// What is published: in each region the version that its body has validated, and nothing else. Drafts are seen by
/// those who write and decide on them, in their own region, and marked experimental.
struct PublicationGate: Sendable {
    let pool: Pool
    let readings: DefinitionReadings

    /// A definition from which figures are computed for one caller.
    struct Served: Sendable {
        let definition: IndicatorDefinition
        let digest: [UInt8]
        /// No body has it in force.
        let isExperimental: Bool

        /// Of this very text: what tables and answers are kept by.
        var reference: String { "\(definition.reference) \(digest.hexadecimal) \(isExperimental)" }
    }

    /// - Parameters:
    ///   - shipped: the catalogue's definition.
    ///   - asked: the version that the caller names; nil for the one in force.
    /// - Throws: ``Refusal`` `not-validated` where none is in force, `forbidden` for a version that the caller may not
    ///   see, `not-found` for one that there is not.
    func open(
        _ shipped: IndicatorDefinition, in region: String, version asked: DefinitionVersion?, for caller: VerifiedToken
    ) async throws -> Served {
        let own = try await pool.withTransaction(readOnly: true) {
            try await VersionsRepository(region: region).list(of: shipped.code, in: $0)
        }
        let inForce = own.first { $0.state == .validated }
        guard let asked, asked != inForce?.version else {
            guard let inForce, let document = readings.document(of: inForce) else {
                throw inForce == nil ? Self.notValidated : Self.unreadable
            }
            return Served(definition: document.definition, digest: document.digest, isExperimental: false)
        }
        let mayLook = !caller.scopes.isDisjoint(with: [.reportingPublish, .crefopDecide]) && caller.region == region
        guard mayLook else { throw Self.notPublished }
        if let version = own.first(where: { $0.version == asked }) {
            guard let document = readings.document(of: version) else { throw Self.unreadable }
            return Served(definition: document.definition, digest: document.digest, isExperimental: true)
        }
        guard asked == shipped.version else { throw RegionVersions.unknown }
        return Served(definition: shipped, digest: DefinitionDocument(shipped).digest, isExperimental: true)
    }

    private static let notValidated = Refusal(
        .notValidated, fr: "Aucune version de cet indicateur n’est validée dans cette région.",
        en: "No version of this indicator is validated in this region.")
    private static let unreadable = Refusal(
        .notValidated,
        fr: "La version validée ne peut plus être calculée par le service : la région doit en proposer une nouvelle.",
        en: "The service can no longer compute this version: the region must propose a new one.")
    private static let notPublished = Refusal(
        .forbidden, fr: "Seule la version en vigueur est publiée.", en: "Only the version in force is published.")
}
