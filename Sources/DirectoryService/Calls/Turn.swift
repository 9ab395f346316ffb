import Foundation
import Schema

/// What becomes of an application by one write.
struct Turn: Sendable {
    /// Its new content; every member must agree to it anew.
    var draft: ApplicationDraft?
    var step: TakenStep?
    var state: ApplicationState?
    /// What its criteria were found to be: JSON.
    var findings: [UInt8]?
    var decidedOn: CalendarDate?
    /// Whether its decision is public from now on.
    var isInForce = false
}
