import Schema

/// What the edge's refusals say to a person.
extension EdgeRefusal {
    /// The status in words; the English ones are the reason phrases of RFC 9110 and RFC 6585.
    var title: LocalizedText {
        switch status {
        case 400: LocalizedText(fr: "Requête incorrecte", en: "Bad Request")
        case 405: LocalizedText(fr: "Méthode non autorisée", en: "Method Not Allowed")
        case 408: LocalizedText(fr: "Délai dépassé", en: "Request Timeout")
        case 413: LocalizedText(fr: "Contenu trop volumineux", en: "Content Too Large")
        case 414: LocalizedText(fr: "Adresse trop longue", en: "URI Too Long")
        case 415: LocalizedText(fr: "Format non pris en charge", en: "Unsupported Media Type")
        case 417: LocalizedText(fr: "Attente non satisfaite", en: "Expectation Failed")
        case 431: LocalizedText(fr: "En-têtes trop volumineux", en: "Request Header Fields Too Large")
        default: LocalizedText(fr: "Service indisponible", en: "Service Unavailable")
        }
    }

    var detail: LocalizedText {
        switch self {
        case .malformedRequest:
            LocalizedText(fr: "La requête ne respecte pas HTTP/1.1.", en: "The request is not valid HTTP/1.1.")
        case .ambiguousLength:
            LocalizedText(
                fr: "La longueur du contenu est donnée de deux façons.",
                en: "The length of the content is given in two ways.")
        case .unsupportedTransferCoding:
            LocalizedText(
                fr: "Le seul codage de transfert admis est chunked, une fois, en HTTP/1.1.",
                en: "The only transfer coding accepted is chunked, once, in HTTP/1.1.")
        case .hostRequired:
            LocalizedText(
                fr: "Il faut un en-tête Host, et un seul : un nom ou une adresse.",
                en: "One Host field, and only one, is required: a name or an address.")
        case .invalidTarget:
            LocalizedText(
                fr: "La cible doit être un chemin absolu, codé selon la RFC 3986.",
                en: "The target must be an absolute path, encoded as RFC 3986 says.")
        case .unexpectedBody:
            LocalizedText(
                fr: "Cette méthode n’admet pas de contenu.", en: "This method does not take any content.")
        case .methodNotAllowed:
            LocalizedText(
                fr: "Cette méthode n’est servie nulle part.", en: "This method is not served anywhere.")
        case .requestTimeout:
            LocalizedText(fr: "La requête n’est pas arrivée à temps.", en: "The request did not arrive in time.")
        case .bodyTooLarge:
            LocalizedText(fr: "Le contenu dépasse la taille admise.", en: "The content is larger than accepted.")
        case .targetTooLong:
            LocalizedText(fr: "L’adresse dépasse la longueur admise.", en: "The target is longer than accepted.")
        case .unsupportedContentCoding:
            LocalizedText(
                fr: "Le contenu doit être envoyé sans compression.", en: "The content must be sent uncompressed.")
        case .unsupportedExpectation:
            LocalizedText(
                fr: "La seule attente admise est 100-continue.", en: "The only expectation accepted is 100-continue.")
        case .headersTooLarge:
            LocalizedText(
                fr: "Les en-têtes sont trop nombreux ou trop longs.", en: "The header fields are too many or too long.")
        case .tooManyConnections:
            LocalizedText(
                fr: "Trop de connexions sont ouvertes ; réessayez dans un instant.",
                en: "Too many connections are open; try again in a moment.")
        }
    }
}
