/// How the public reaches a structure.
package struct Contact: Sendable, Equatable {
    package let phone: String?
    package let email: String?
    package let website: String?
    package let bookingURL: String?

    init?(_ object: ObjectReader) {
        phone = object.optional("phone", .string(.telephone))
        email = object.optional("email", .string(.email))
        website = object.optional("website", .string(.webAddress))
        bookingURL = object.optional("booking_url", .string(.webAddress))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("phone", phone)
            json.member("email", email)
            json.member("website", website)
            json.member("booking_url", bookingURL)
        }
    }
}
