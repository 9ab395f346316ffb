package import Foundation

/// A consent was granted, withdrawn, or is past its time.
package struct ConsentNotice: EventPayload {
    package let consent: UUID
    /// The structures that it names.
    package let recipients: [UUID]
    package let purposes: [String]

    package init(consent: UUID, recipients: [UUID], purposes: [String]) {
        self.consent = consent
        self.recipients = recipients
        self.purposes = purposes
    }

    package var subject: String { "consents/\(consent.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("consent", \.consent), EventField("recipients", \.recipients), EventField("purposes", \.purposes),
    ]

    package init?(_ object: ObjectReader) {
        let consent = object.required("consent", .string(.uuid))
        let recipients = object.required("recipients", .set(0...100, of: .string(.uuid)))
        let purposes = object.required("purposes", .set(0...20, of: .code(Vocabulary.purpose.codes)))
        guard let consent, let recipients, let purposes else { return nil }
        self.init(consent: consent, recipients: recipients, purposes: purposes)
    }
}

/// A person is to be forgotten.
package struct ErasureRequest: EventPayload {
    package let erasure: UUID
    /// The structures that are asked to forget, too.
    package let structures: [UUID]
    /// The key under which the reporting service must link nothing any more.
    package let person: UUID?
    package let isPersonErased: Bool

    package init(erasure: UUID, structures: [UUID], person: UUID?, isPersonErased: Bool = false) {
        self.erasure = erasure
        self.structures = structures
        self.person = person
        self.isPersonErased = isPersonErased
    }

    package var subject: String { "erasures/\(erasure.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("erasure", \.erasure), EventField("structures", \.structures), .reporting("person", \.person),
        .reporting("person_erased", \.isPersonErased),
    ]

    package init?(_ object: ObjectReader) {
        let erasure = object.required("erasure", .string(.uuid))
        let structures = object.required("structures", .set(0...1000, of: .string(.uuid)))
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        guard let erasure, let structures else { return nil }
        self.init(erasure: erasure, structures: structures, person: person, isPersonErased: isPersonErased)
    }
}

/// A structure answered a request to forget.
package struct ErasureAcknowledgement: EventPayload {
    package static let answers = ["deleted", "retained"]

    package let erasure: UUID
    package let structure: UUID
    package let answer: String
    /// Until when the structure must keep what it has; nil where it deleted.
    package let retainedUntil: CalendarDate?
    package let person: UUID?
    package let isPersonErased: Bool

    package init(
        erasure: UUID, structure: UUID, answer: String, retainedUntil: CalendarDate?, person: UUID?,
        isPersonErased: Bool = false
    ) {
        self.erasure = erasure
        self.structure = structure
        self.answer = answer
        self.retainedUntil = retainedUntil
        self.person = person
        self.isPersonErased = isPersonErased
    }

    package var subject: String { "erasures/\(erasure.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("erasure", \.erasure), EventField("structure", \.structure), EventField("answer", \.answer),
        EventField("retained_until", \.retainedUntil), .reporting("person", \.person),
        .reporting("person_erased", \.isPersonErased),
    ]

    package init?(_ object: ObjectReader) {
        let erasure = object.required("erasure", .string(.uuid))
        let structure = object.required("structure", .string(.uuid))
        let answer = object.required("answer", .code(Self.answers))
        let retainedUntil = object.optional("retained_until", .date)
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        guard let erasure, let structure, let answer else { return nil }
        self.init(
            erasure: erasure, structure: structure, answer: answer, retainedUntil: retainedUntil, person: person,
            isPersonErased: isPersonErased)
    }
}
