import Foundation
import Schema
import Tokens

/// Who wrote a version of a structure, as its history names them: a program, never a person.
struct Author: Sendable, Equatable {
    /// `client_id` of the token; `import` for a file.
    let client: String
    /// By which of its claims it wrote: `region:52`, `structure:<id>` or `network:cio`; nil where none was needed.
    let actingFor: String?

    init(client: String, actingFor: String? = nil) {
        self.client = client
        self.actingFor = actingFor
    }

    /// - Parameter id: nil where the structure is new: then the structure whose antenne it is may have written it.
    init(_ caller: VerifiedToken, of id: UUID?, _ draft: StructureDraft, region: String) {
        let own = [id, draft.parentID].compactMap(\.self).first(where: caller.structures.contains)
        let network = draft.networks.first(where: caller.networks.contains)
        let actingFor =
            StructurePolicy.isAdministrator(caller, of: region)
            ? "region:\(region)" : own.map { "structure:\($0.text)" } ?? network.map { "network:\($0)" }
        self.init(client: caller.clientID, actingFor: actingFor)
    }
}
