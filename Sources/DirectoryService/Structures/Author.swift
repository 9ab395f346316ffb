import Schema
import Tokens

/// Who wrote a version of a structure, as its history names them: a program, never a person.
struct Author: Sendable, Equatable {
    /// `client_id` of the token; `import` for a file.
    let client: String
    /// The claim under which the write was allowed (``Claim/text``); nil where none was needed.
    let actingFor: String?

    init(client: String, actingFor: String? = nil) {
        self.client = client
        self.actingFor = actingFor
    }

    init(_ caller: VerifiedToken, by claim: Claim) { self.init(client: caller.clientID, actingFor: claim.text) }
}
