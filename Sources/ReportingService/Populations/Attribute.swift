import Schema

/// Something that is known of every observation of a population, by the name that definitions call it.
struct Attribute: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case flag
        case code
        /// An id: it is counted once or compared with another, and no condition names one. Figures are of no single
        /// structure and of no single person.
        case key
        /// A person may belong to several audiences.
        case codes
        /// Whole numbers; `scale` of them make one of the unit that people read and parameters are written in.
        case number(Measure.Unit, scale: Int)
    }

    let name: String
    let form: Form
    /// What figures can be broken down by it.
    var dimension: Dimension?
    /// In ``Observation/values``.
    fileprivate(set) var place = 0

    static func flag(_ name: String) -> Attribute { Attribute(name: name, form: .flag) }
    static func code(_ name: String) -> Attribute { Attribute(name: name, form: .code) }
    static func key(_ name: String) -> Attribute { Attribute(name: name, form: .key) }
    static func codes(_ name: String) -> Attribute { Attribute(name: name, form: .codes) }
    static func number(_ name: String, _ unit: Measure.Unit = .count, scale: Int = 1) -> Attribute {
        Attribute(name: name, form: .number(unit, scale: scale))
    }
    static func dimension(_ dimension: Dimension) -> Attribute {
        Attribute(name: dimension.rawValue, form: dimension.isManifold ? .codes : .code, dimension: dimension)
    }

    /// The attributes of a population with their places.
    static func placed(_ attributes: [Attribute]) -> [Attribute] {
        attributes.enumerated().map { place, attribute in
            var attribute = attribute
            attribute.place = place
            return attribute
        }
    }
}
