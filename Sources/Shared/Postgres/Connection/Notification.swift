/// A `notify` that another session committed.
package struct Notification: Sendable, Equatable {
    package let channel: String
    package let payload: String
}
