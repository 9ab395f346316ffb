/// One way of getting a service.
package struct Modality: Sendable, Hashable {
    package let channel: String
    package let access: String?
    package let format: String?

    package init(channel: String, access: String? = nil, format: String? = nil) {
        (self.channel, self.access, self.format) = (channel, access, format)
    }

    init?(_ object: ObjectReader) {
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        access = object.optional("access", .code(Vocabulary.access.codes))
        format = object.optional("format", .code(Vocabulary.format.codes))
        guard let channel else { return nil }
        self.channel = channel
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("channel", channel)
            json.member("access", access)
            json.member("format", format)
        }
    }
}
