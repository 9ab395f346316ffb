import HTTPTypes
import Hummingbird
import Schema
import Web

extension HTTPFields {
    /// Tells how old the answer may be once the database has not confirmed it for longer than two polls.
    mutating func addSnapshotAge(_ age: Duration) {
        guard age > .seconds(3) else { return }
        self[.snapshotAge] = String(age.components.seconds)
    }
}

extension Response {
    /// - Parameter vary: what the answer's form depends on, as the whole answer says (RFC 9110 §15.4.5).
    static func notModified(_ tag: EntityTag, age: Duration, vary: String? = nil) -> Response {
        var headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache"]
        headers[.vary] = vary
        headers.addSnapshotAge(age)
        return Response(status: .notModified, headers: headers)
    }

    /// A small answer of the index's (``Response/json(_:for:)``).
    static func json(_ json: JSONWriter, for request: Request, age: Duration) -> Response {
        var response = Response.json(json, for: request)
        response.headers.addSnapshotAge(age)
        return response
    }
}
