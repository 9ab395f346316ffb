import Schema

/// A JSON object's members, to be replaced one by one.
struct EditedObject {
    private var members: [(name: String, value: JSONValue)]

    init(_ object: JSONObject) { members = object.members }

    var value: JSONValue { .object(JSONObject(members: members)) }

    subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            members.removeAll { $0.name == name }
            if let newValue { members.append((name: name, value: newValue)) }
        }
    }

    /// Replaces those parts of an object that differ; the object is null where nothing was said of it and nothing is now.
    mutating func put(_ name: String, _ parts: [(theirs: String, ours: String)], _ differs: (String) -> JSONValue?) {
        let changed = parts.compactMap { part in differs(part.theirs).map { (part.ours, $0) } }
        guard !changed.isEmpty else { return }
        var object = EditedObject(self[name]?.object ?? [:])
        for (part, value) in changed { object[part] = value }
        let isNothing = object.members.allSatisfy { $0.value == .null || $0.value == .bool(false) }
        self[name] = isNothing ? .null : object.value
    }
}
