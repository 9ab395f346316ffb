import Schema

/// Where a point lies, and how that is known.
struct Whereabouts: Sendable, Equatable {
    enum Method: String, Sendable, CaseIterable {
        /// A commune's code was given.
        case code
        /// In the outline of a commune.
        case contour
        /// Outside all outlines, by a few metres: the outlines of the coast are simplified.
        case nearContour = "near-contour"
        /// No outline is known there: the commune with the nearest centroid.
        case nearestCentroid = "nearest-centroid"
        /// In no commune known here.
        case nowhere
    }

    let method: Method
    let commune: Commune?
    /// Where the code, or the outline, is one's.
    var arrondissement: MunicipalArrondissement?
    /// Metres to the outline or to the centroid, where the point is not in an outline.
    var distance: Double?

    static let nowhere = Whereabouts(method: .nowhere, commune: nil)
}

extension Geography {
    /// Metres from a coastline's outline within which a point is still its commune's.
    static let shore = 500.0

    /// The commune in which a point lies: by outlines where they are known, else by the nearest centroid within
    /// ``Commune/reach``.
    func whereabouts(of point: Coordinate) -> Whereabouts {
        if let found = place(of: contours.codes(at: point), .contour) { return found }
        if let shore = contours.nearest(to: point, within: Self.shore),
            let found = place(of: [shore.code], .nearContour, shore.metres)
        {
            return found
        }
        let center = UnitVector(point)
        let nearest = centroids.min { $0.point.squaredChord(to: center) < $1.point.squaredChord(to: center) }
        guard let commune = nearest.flatMap({ communes[$0.code] }) else { return .nowhere }
        let metres = commune.centroid.distance(to: point)
        // Where the nearest commune's outline is known, the point is outside it: in the sea, or abroad.
        guard metres <= Commune.reach, !outlined.contains(commune.code) else { return .nowhere }
        return Whereabouts(method: .nearestCentroid, commune: commune, distance: metres)
    }

    /// What a commune's code, of any year, or an arrondissement's stands for.
    func whereabouts(ofCode code: String) -> Whereabouts? {
        commune(code).map {
            Whereabouts(method: .code, commune: $0, arrondissement: MunicipalArrondissement.byCode[code])
        }
    }

    private func place(of codes: [String], _ method: Whereabouts.Method, _ distance: Double? = nil) -> Whereabouts? {
        let arrondissement = codes.lazy.compactMap { MunicipalArrondissement.byCode[$0] }.first
        let commune = (arrondissement.map { [$0.code] } ?? codes).lazy.compactMap { self.commune($0) }.first
        return commune.map {
            Whereabouts(method: method, commune: $0, arrondissement: arrondissement, distance: distance)
        }
    }
}
