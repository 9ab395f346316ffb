import Charters
import Schema
import Tokens

extension VerifiedToken {
    /// The region for which the caller acts: itself, or its body. Who acts for structures, networks or territories
    /// does not.
    func ownRegion(of charters: CharterSet) throws(Refusal) -> String {
        guard let region, charters.charters[region] != nil, structures.isEmpty, networks.isEmpty, territories.isEmpty
        else {
            throw Refusal(
                .forbidden, fr: "Les définitions sont écrites par la région et décidées par son instance.",
                en: "Definitions are written by the region and decided on by its body.")
        }
        return region
    }
}
