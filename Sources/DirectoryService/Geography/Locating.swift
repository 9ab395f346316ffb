import Schema

/// Where a point lies, and how that is known.
struct Whereabouts: Sendable, Equatable {
    enum Method: String, Sendable, CaseIterable {
        /// A commune's code was given.
        case code
        /// In the outline of a commune.
        case contour
        /// Outside all outlines, by ``Geography/shore`` at most: the outlines of the coast are simplified.
        case nearContour = "near-contour"
        /// No outline is known there: the commune with the nearest centroid.
        case nearestCentroid = "nearest-centroid"
        /// In no commune known here.
        case nowhere
    }

    let method: Method
    let commune: Commune?
    var arrondissement: Part?
    /// Metres to the outline or to the centroid, where the point is not in an outline.
    var distance: Double?

    static let nowhere = Whereabouts(method: .nowhere, commune: nil)

    /// The municipal arrondissement of Paris, Lyon or Marseille, which may be known by less than its commune is.
    struct Part: Sendable, Equatable {
        let arrondissement: MunicipalArrondissement
        let method: Method
        /// Metres to its outline or centroid, as ``Whereabouts/distance``.
        let distance: Double?
    }
}

extension Geography {
    /// Metres from a coastline's outline within which a point is still its commune's.
    static let shore = 500.0

    /// The commune in which a point lies: by outlines where they are known, else by the nearest centroid within
    /// ``Commune/reach``.
    func whereabouts(of point: Coordinate) -> Whereabouts {
        let codes = contours.codes(at: point)
        // In an outline whose commune nobody has imported it is in none of those known, however near they are.
        if !codes.isEmpty { return place(of: codes, at: point, .contour) ?? .nowhere }
        if let shore = contours.nearest(to: point, within: Self.shore),
            let found = place(of: [shore.code], at: point, .nearContour, shore.metres)
        {
            return found
        }
        let center = UnitVector(point)
        let nearest = centroids.min { $0.point.squaredChord(to: center) < $1.point.squaredChord(to: center) }
        guard let commune = nearest.flatMap({ communes[$0.code] }) else { return .nowhere }
        let metres = commune.centroid.distance(to: point)
        // Where the nearest commune's outline is known, the point is outside it: in the sea, or abroad.
        guard metres <= Commune.reach, !outlined.contains(commune.code) else { return .nowhere }
        return Whereabouts(
            method: .nearestCentroid, commune: commune, arrondissement: nearestArrondissement(of: commune, to: point),
            distance: metres)
    }

    /// What a commune's code, of any year, or an arrondissement's stands for.
    func whereabouts(ofCode code: String) -> Whereabouts? {
        commune(code).map { commune in
            Whereabouts(
                method: .code, commune: commune,
                arrondissement: MunicipalArrondissement.byCode[code].map {
                    Whereabouts.Part(arrondissement: $0, method: .code, distance: nil)
                })
        }
    }

    private func place(
        of codes: [String], at point: Coordinate, _ method: Whereabouts.Method, _ distance: Double? = nil
    ) -> Whereabouts? {
        let arrondissement = codes.lazy.compactMap { MunicipalArrondissement.byCode[$0] }.first
        let commune = (arrondissement.map { [$0.code] } ?? codes).lazy.compactMap { self.commune($0) }.first
        return commune.map { commune in
            let outlined = arrondissement.map {
                Whereabouts.Part(arrondissement: $0, method: method, distance: distance)
            }
            return Whereabouts(
                method: method, commune: commune,
                arrondissement: outlined ?? nearestArrondissement(of: commune, to: point), distance: distance)
        }
    }

    /// Outlines of communes (IGN's among them) may leave the arrondissements out: then the one whose centroid is nearest
    /// stands for its neighbours too, and says so. Those with an outline are not asked: the point is outside it.
    private func nearestArrondissement(of commune: Commune, to point: Coordinate) -> Whereabouts.Part? {
        (MunicipalArrondissement.byCommune[commune.code] ?? []).filter { !contours.codes.contains($0.code) }
            .map {
                Whereabouts.Part(
                    arrondissement: $0, method: .nearestCentroid, distance: $0.centroid.distance(to: point))
            }
            .min { ($0.distance ?? 0) < ($1.distance ?? 0) }
    }
}
