import Schema

/// The two lists of a document of data.inclusion, and what their records must be before anything is made of them. What
/// else is wrong with a structure, the rules of the directory tell.
enum InclusionList: String {
    case structures
    case services

    /// The member that says which structure a record is of.
    private var reference: String { self == .structures ? "id" : "structure_id" }

    /// The structure that a record is of, as far as it says; what is longer than an id may be stands for none.
    func structure(of record: JSONObject) -> String {
        let text = record[reference]?.string ?? ""
        return Self.longestID < text.utf8.count ? "" : text
    }

    /// In bytes.
    private static let longestID = 300

    /// Of a complaint: a structure's is its place among them, from 1; a service's is in its pointer.
    func line(of place: Int) -> Int { self == .structures ? place + 1 : 0 }

    func pointer(to place: Int) -> String { self == .structures ? "" : "/services/\(place)" }

    func violations(in record: JSONObject, at place: Int) -> [Violation] {
        let here = pointer(to: place)
        var violations = lists.filter { !Self.isList(record[$0]) }.map { name in
            Violation(.wrongType("liste de textes", "array of strings"), at: "\(here)/\(name)")
        }
        for name in Set(["id", reference]).sorted() where Self.longestID < record[name]?.string?.utf8.count ?? 0 {
            violations.append(Violation(.length(1...Self.longestID), at: "\(here)/\(name)"))
        }
        if self == .services, InclusionPatch.id(record["id"]?.string ?? "") == nil {
            let flaw = Flaw.format("un identifiant, tel que spro--<UUID>", "an id, such as spro--<UUID>")
            violations.append(Violation(record["id"] ?? .null == .null ? .required : flaw, at: "\(here)/id"))
        }
        return violations
    }

    /// Members that are sets of words.
    private var lists: [String] {
        self == .structures
            ? ["reseaux_porteurs"] : ["thematiques", "modes_accueil", "modes_mobilisation", "zone_eligibilite"]
    }

    private static func isList(_ value: JSONValue?) -> Bool {
        switch value ?? .null {
        case .null: true
        case .array(let items): items.allSatisfy { $0.string != nil }
        default: false
        }
    }
}
