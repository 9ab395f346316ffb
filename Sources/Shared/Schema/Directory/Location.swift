/// A point and how precisely it is known.
package struct Location: Sendable, Equatable {
    package let coordinate: Coordinate
    /// `site`, `rue` or `commune`.
    package let precision: String

    package init(coordinate: Coordinate, precision: String) {
        self.coordinate = coordinate
        self.precision = precision
    }

    init?(_ object: ObjectReader) {
        let latitude = object.required("latitude", .number(-90...90))
        let longitude = object.required("longitude", .number(-180...180))
        let precision = object.required("precision", .code(Vocabulary.locationPrecision.codes))
        guard let latitude, let longitude, let precision,
            let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        else { return nil }
        self.init(coordinate: coordinate, precision: precision)
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("latitude", coordinate.latitude)
            json.member("longitude", coordinate.longitude)
            json.member("precision", precision)
        }
    }
}
