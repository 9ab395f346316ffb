/// Something to read, to call or to look at: a guide, the portrait of a territory, a free number, a website.
package struct ResourceDraft: ListingDraft {
    package static let list = "resources"

    package let title: String
    package let kind: String
    package let description: String?
    package let url: String?
    package let phone: String?
    package let languages: [String]
    package let reach: ListingReach
    package let publisher: String?
    package let publishedOn: CalendarDate?
    package let source: String?

    package init(_ object: ObjectReader) {
        title = object.required("title", .text(1...200)) ?? ""
        let kind = object.required("kind", .code(Vocabulary.resourceKind.codes))
        description = object.optional("description", .lines(1...4000))
        url = object.optional("url", .string(.webAddress))
        phone = object.optional("phone", .string(.telephone))
        languages = object.optional("languages", .set(0...40, of: .string(.language))) ?? []
        reach = ListingReach(object)
        publisher = object.optional("publisher", .text(1...200))
        publishedOn = object.optional("published_on", .date)
        source = object.optional("source", .text(1...200))
        // Somewhere it must be found: what is called has a number, everything else an address or a number.
        if let kind, ["numero-vert", "plateforme-telephonique"].contains(kind) {
            if !object.holds("phone") { object.report(.required, at: "phone") }
        } else if !object.holds("url"), !object.holds("phone") {
            object.report(.required, at: "url")
        }
        self.kind = kind ?? ""
    }

    package func write(to json: inout JSONWriter) {
        json.member("title", title)
        json.member("kind", kind)
        json.member("description", description)
        json.member("url", url)
        json.member("phone", phone)
        json.member("languages", languages)
        reach.write(to: &json)
        json.member("publisher", publisher)
        json.member("published_on", publishedOn?.text)
        json.member("source", source)
    }
}
