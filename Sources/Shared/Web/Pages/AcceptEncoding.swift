import Schema

/// What `Accept-Encoding` says of gzip (RFC 9110 §12.5.3).
struct AcceptEncoding {
    let takesGzip: Bool

    init(_ lines: [String]) {
        var weights: [String: Double] = [:]
        for element in lines.flatMap({ $0.lowercased().split(separator: ",").prefix(32) }) {
            let parts = element.split(separator: ";").map { $0.trimming() }
            guard let coding = parts.first else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
            // A weight that cannot be read is no consent.
            weights[coding] = quality.map { Language.weight($0.dropFirst(2)) ?? 0 } ?? 1
        }
        let gzip = weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0
        takesGzip = gzip > 0 && gzip >= (weights["identity"] ?? 0)
    }
}
