/// Numbers as query parameters spell them.
extension TextRule where Value == Int {
    package static func int(_ range: ClosedRange<Int>) -> TextRule {
        TextRule { text throws(Flaw) in
            guard let number = JSONNumber(text: text).int, String(number) == text else {
                throw .wrongType("entier", "integer")
            }
            guard range.contains(number) else { throw .outOfRange("\(range.lowerBound)", "\(range.upperBound)") }
            return number
        }
    }
}

extension TextRule where Value == Double {
    /// A plain decimal number: digits, at most one point, an optional minus; no exponent, no `NaN`.
    package static func number(_ range: ClosedRange<Double>) -> TextRule {
        TextRule { text throws(Flaw) in
            let body = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
            let parts = body.split(separator: ".", omittingEmptySubsequences: false)
            guard text.utf8.count <= 32, parts.count <= 2, parts.allSatisfy({ decimal(Array($0.utf8)) != nil }),
                let number = Double(text)
            else { throw .wrongType("nombre", "number") }
            guard range.contains(number) else { throw .outOfRange("\(range.lowerBound)", "\(range.upperBound)") }
            return number
        }
    }
}

extension TextRule where Value == Coordinate {
    /// `latitude,longitude` in degrees.
    package static let coordinate = TextRule { text throws(Flaw) in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw .format("latitude,longitude en degrés", "latitude,longitude in degrees")
        }
        let latitude = try TextRule<Double>.number(-90...90).read(parts[0])
        let longitude = try TextRule<Double>.number(-180...180).read(parts[1])
        guard let coordinate = Coordinate(latitude: latitude, longitude: longitude) else {
            throw .format("latitude,longitude en degrés", "latitude,longitude in degrees")
        }
        return coordinate
    }
}

extension TextRule where Value == Bool {
    package static let bool = TextRule { text throws(Flaw) in
        switch text {
        case "true": return true
        case "false": return false
        default: throw .wrongType("booléen (true ou false)", "boolean (true or false)")
        }
    }
}
