import Schema
import Tokens

/// Who may write an entry of a list: its region, and who edits the structure that organises it.
enum ListingPolicy {
    /// - Parameter organiser: the structure that the entry names as such, if there still is one.
    static func mayWrite(_ caller: VerifiedToken, _ draft: some ServedListing, organiser: Structure?) -> Bool {
        let region = draft.reach.region
        if StructurePolicy.isAdministrator(caller, of: region) { return true }
        guard let organiser else { return false }
        return StructurePolicy.mayEdit(caller, organiser.id, organiser.draft, region: region)
    }
}
