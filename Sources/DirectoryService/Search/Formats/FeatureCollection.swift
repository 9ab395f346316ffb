import Schema

/// A page of structures as GeoJSON (RFC 7946): a feature each, with a point where it receives people and no geometry where
/// none is known, and the members of its JSON as properties. What else the page tells stands beside them (§6.1).
struct FeatureCollection {
    let bytes: [UInt8]

    init(_ page: JSONObject) {
        var json = JSONWriter(reservingCapacity: 16_384)
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { $0.array(of: page["items"]?.array ?? []) { Self.write($1, to: &$0) } }
            for member in page.members where member.name != "items" {
                json.member(member.name) { $0.value(member.value) }
            }
        }
        bytes = json.bytes
    }

    /// The feature of one structure.
    static func feature(of item: JSONValue) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 2048)
        write(item, to: &json)
        return json.bytes
    }

    private static func write(_ item: JSONValue, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "Feature")
            json.member("id") { $0.value(item.object?["id"] ?? .null) }
            json.member("geometry") { json in
                json.optional(item.object?["location"]?.object) { json, location in
                    json.object { json in
                        json.member("type", "Point")
                        // Longitude comes first (§3.1.1), with as many digits as it has.
                        json.member("coordinates") { json in
                            json.array(of: ["longitude", "latitude"]) { $0.value(location[$1] ?? .null) }
                        }
                    }
                }
            }
            json.member("properties") { $0.value(item) }
        }
    }
}
