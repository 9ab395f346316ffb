import Schema

/// What could be read of a region's file: its networks also where another rule of the charter is wrong.
struct CharterReading {
    let charter: Charter?
    let networks: [Network]

    init(_ object: ObjectReader, file name: String) {
        let networks = Charter.networks(object)
        let charter = Charter(object, networks: networks)
        // So that no region has two charters, and nobody looks for one in vain.
        if let charter, name != "\(charter.region).yaml" {
            object.report(.format("\(name) sans .yaml", "\(name) without .yaml"), at: "region")
        }
        (self.charter, self.networks) = (charter, networks ?? [])
    }
}

typealias CharterFile = YAMLFile<CharterReading>

extension YAMLFile<CharterReading> {
    var networks: [Network] { value?.networks ?? [] }
}
