import Schema

/// A page of structures as CSV: a header, then one line each. Codes of a list are parted by `|`.
struct StructureTable {
    let bytes: [UInt8]

    init(_ page: JSONObject) {
        var table = CSVWriter(reservingCapacity: 16_384)
        table.record(Self.columns.map { .literal($0.name) })
        for item in page["items"]?.array ?? [] { table.record(Self.columns.map { $0.field(item) }) }
        bytes = table.bytes
    }

    struct Column: Sendable {
        let name: String
        /// Where it stands in the structure's JSON.
        let path: [String]
        /// Of a list's objects.
        var join: (first: String, separator: String, second: String)?

        init(_ name: String, at path: [String], join: (first: String, separator: String, second: String)? = nil) {
            self.name = name
            self.path = path
            self.join = join
        }

        init(_ name: String) { self.init(name, at: [name]) }

        func field(_ item: JSONValue) -> CSVWriter.Field {
            switch path.reduce(item, { $0.object?[$1] ?? .null }) {
            case .null, .object: .literal("")
            case .bool(let flag): .literal(flag ? "true" : "false")
            case .number(let number): .literal(number.text)
            case .string(let text): .text(text)
            case .array(let values): .text(values.map(text).joined(separator: "|"))
            }
        }

        private func text(_ value: JSONValue) -> String {
            guard let object = value.object, let join else { return value.string ?? "" }
            return (object[join.first]?.string ?? "") + join.separator + (object[join.second]?.string ?? "")
        }
    }

    /// What does not depend on a search.
    static let exported = columns.filter { !["distance_m", "competent", "open_now"].contains($0.name) }

    /// In the order of the file; new ones come last.
    static let columns = [
        Column("id"), Column("name"), Column("status"), Column("networks"), Column("service_kinds"),
        Column("region"), Column("department", at: ["address", "department"]),
        Column("commune", at: ["address", "commune"]), Column("commune_name", at: ["address", "commune_name"]),
        Column("postal_code", at: ["address", "postal_code"]), Column("street", at: ["address", "street"]),
        Column("latitude", at: ["location", "latitude"]), Column("longitude", at: ["location", "longitude"]),
        Column("precision", at: ["location", "precision"]), Column("distance_m"), Column("competent"),
        Column("open_now"), Column("phone", at: ["contact", "phone"]), Column("email", at: ["contact", "email"]),
        Column("website", at: ["contact", "website"]), Column("booking_url", at: ["contact", "booking_url"]),
        Column("opening_hours"), Column("closures", at: ["closures"], join: ("from", "/", "to")),
        Column("accessibility"), Column("languages"), Column("label_state", at: ["label", "state"]),
        Column("located_in", at: ["located_in"], join: ("kind", ":", "code")), Column("participates_in"),
        Column("siret"), Column("parent_id"), Column("source"), Column("verified_on"), Column("updated_at"),
        Column("version"),
    ]
}
