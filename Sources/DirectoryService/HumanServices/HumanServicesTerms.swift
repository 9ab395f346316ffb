import Schema

/// What HSDS says in words, in the words of our vocabularies (French).
enum HumanServicesTerms {
    static func label(_ code: String, in vocabulary: Vocabulary) -> String {
        vocabulary.terms.first { $0.code == code }?.label.fr ?? code
    }

    /// How the service is had: «En présence, sur rendez-vous ; Téléphone».
    static func access(_ offer: JSONObject) -> String {
        let ways = (offer["modalities"]?.array ?? []).compactMap(\.object).map { modality in
            let channel = label(modality["channel"]?.string ?? "", in: .channel)
            guard let access = modality["access"]?.string else { return channel }
            return "\(channel), \(label(access, in: .access).lowercased())"
        }
        return ways.joined(separator: " ; ")
    }

    /// Whom it is for.
    static func audiences(_ offer: JSONObject) -> String {
        let audiences = (offer["audiences"]?.array ?? []).compactMap(\.string).map { label($0, in: .audience) }
        let situations = (offer["situations"]?.array ?? []).compactMap(\.string).map { label($0, in: .situation) }
        return (audiences + situations).joined(separator: ", ")
    }
}
