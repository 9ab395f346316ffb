import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// A request in memory, for what reads its head only.
    init(path: String = "/", fields: [(HTTPField.Name, String)] = []) {
        var headers = HTTPFields()
        for (name, value) in fields { headers.append(HTTPField(name: name, value: value)) }
        self.init(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
    }
}
