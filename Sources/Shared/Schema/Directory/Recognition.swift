/// Which structures of a region count (the catalogue's ST: active, recognised): of its signatories and members, where it
/// labels structures one by one only those that have the label.
package struct Recognition: Sendable, Equatable {
    package let demandsLabel: Bool

    package init(demandsLabel: Bool) { self.demandsLabel = demandsLabel }

    /// Statuses of structures that are part of the network without being operators of the service.
    package static let uncounted = ["point-de-contact", "partenaire-ressource"]

    /// - Parameter labelState: `aucun` where no procedure has looked at it.
    package func counts(status: String, labelState: String) -> Bool {
        !Self.uncounted.contains(status) && (!demandsLabel || labelState == "accorde")
    }
}
