import Schema
import Web

/// How a file of contributions may come.
enum ContributionBody {
    static let path = "/v1/contributions"
    static let types = ["application/json", "application/x-ndjson", "text/csv"]
    /// Some tens of thousands of lines, as a region's year of surveys has. All of it is held while it is read.
    static let upload = EdgeLimits.Upload(path: path, bytes: 4 << 20, deadline: .seconds(60))
    /// Of an array, which is parsed as a whole.
    static let arrayLimits = JSONLimits(depth: 32, values: 100_000)
}
