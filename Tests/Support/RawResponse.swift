/// A response as it came over the wire.
package struct RawResponse: Sendable {
    package let status: Int
    /// Names in lower case, in their order.
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// - Returns: the first response in these bytes and its length, or nil while it is incomplete.
    static func parse(_ bytes: [UInt8], method: String, isClosed: Bool) -> (RawResponse, Int)? {
        guard let headEnd = end(of: "\r\n\r\n", in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<(headEnd - 4)], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        func field(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
        func response(_ body: some Sequence<UInt8>, _ length: Int) -> (RawResponse, Int) {
            (RawResponse(status: status, fields: fields.map { (name: $0.0, value: $0.1) }, body: Array(body)), length)
        }

        if method == "HEAD" || status < 200 || status == 204 || status == 304 { return response([], headEnd) }
        if field("transfer-encoding") == "chunked" {
            guard let (body, length) = chunks(bytes, from: headEnd) else { return nil }
            return response(body, length)
        }
        if let length = field("content-length").flatMap({ Int($0) }) {
            guard bytes.count >= headEnd + length else { return nil }
            return response(bytes[headEnd..<(headEnd + length)], headEnd + length)
        }
        return isClosed ? response(bytes[headEnd...], bytes.count) : nil
    }

    private static func chunks(_ bytes: [UInt8], from start: Int) -> ([UInt8], Int)? {
        var body: [UInt8] = []
        var index = start
        while let lineEnd = end(of: "\r\n", in: bytes, from: index) {
            let size = Int(String(decoding: bytes[index..<(lineEnd - 2)], as: UTF8.self), radix: 16) ?? 0
            guard bytes.count >= lineEnd + size + 2 else { return nil }
            if size == 0 { return (body, lineEnd + 2) }
            body += bytes[lineEnd..<(lineEnd + size)]
            index = lineEnd + size + 2
        }
        return nil
    }

    private static func end(of pattern: String, in bytes: [UInt8], from start: Int) -> Int? {
        let pattern = Array(pattern.utf8)
        guard start + pattern.count <= bytes.count else { return nil }
        for index in start...(bytes.count - pattern.count)
        where bytes[index..<(index + pattern.count)].elementsEqual(pattern) {
            return index + pattern.count
        }
        return nil
    }
}
