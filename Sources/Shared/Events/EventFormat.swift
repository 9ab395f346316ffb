/// How a page of events is written; the first where a client has no preference.
package enum EventFormat: String, Sendable, CaseIterable {
    /// One event a line.
    case lines = "application/x-ndjson"
    /// One JSON array (CloudEvents JSON event format 1.0 §4).
    case batch = "application/cloudevents-batch+json"
}
