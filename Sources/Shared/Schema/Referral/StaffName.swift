import Foundation

/// How a structure's own system calls those who work there: an id, a function, never a name.
package enum StaffName {
    /// Whether two of them mean one person, however they are typed: case, width, accents, signs and blanks count for
    /// nothing.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        left == right || folded(left) == folded(right)
    }

    /// The words of letters and digits.
    private static func folded(_ name: String) -> [[Unicode.Scalar]] {
        name.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
            .filter { !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .nonspacingMark }
            .split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }.map(Array.init)
    }
}
