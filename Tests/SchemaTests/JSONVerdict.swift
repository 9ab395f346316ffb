import Schema

/// Why the strict parser refuses a text; nil where it accepts.
func refusal(_ text: String, limits: JSONLimits = .trusted) -> JSONSyntaxError.Reason? {
    refusal(Array(text.utf8), limits: limits)
}

func refusal(_ bytes: [UInt8], limits: JSONLimits = .trusted) -> JSONSyntaxError.Reason? {
    do throws(JSONSyntaxError) {
        _ = try JSONValue(parsing: bytes, limits: limits)
        return nil
    } catch {
        return error.reason
    }
}

func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

func written(_ value: JSONValue) -> [UInt8] {
    var json = JSONWriter()
    json.value(value)
    return json.bytes
}
