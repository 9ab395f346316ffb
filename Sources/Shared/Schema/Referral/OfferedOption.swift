package import Foundation

/// A structure that a person was shown before they chose, and why.
package struct OfferedOption: Sendable, Equatable {
    package let structure: UUID
    /// Codes of the vocabulary `option_reason`.
    package let reasons: [String]

    package init(structure: UUID, reasons: [String]) {
        (self.structure, self.reasons) = (structure, reasons)
    }

    package init?(_ object: ObjectReader) {
        let structure = object.required("structure_id", .string(.uuid))
        let reasons = object.required("reasons", .set(1...10, of: .code(Vocabulary.optionReason.codes)))
        guard let structure, let reasons else { return nil }
        self.init(structure: structure, reasons: reasons)
    }
}
