/// A `notify` that another session committed.
package struct Notification: Sendable, Equatable {
    package let channel: String
    package let payload: String
}

/// The notifications of one channel from the moment it was made, without end; throws when the connection is lost, after
/// which the listener opens another and looks at what it has missed.
package struct Notifications: AsyncSequence, Sendable {
    package typealias Element = Notification

    let connection: Connection
    let channel: Identifier
    let heartbeat: Duration

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let notifications: Notifications

        package mutating func next() async throws -> Notification? {
            let connection = notifications.connection
            while true {
                guard let next = try await connection.nextNotification(within: notifications.heartbeat) else {
                    // A server that went away without a word is noticed only by talking to it.
                    try await connection.query("select 1")
                    continue
                }
                if next.channel == notifications.channel.name { return next }
            }
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(notifications: self) }
}

extension Connection {
    /// Subscribes and gives what comes. The connection serves nothing else meanwhile, not even `close`: cancel the task
    /// that listens.
    ///
    /// - Parameter heartbeat: after this much silence the server is asked for a sign of life.
    package func notifications(
        on channel: Identifier, heartbeat: Duration = .seconds(15)
    ) throws -> Notifications {
        try listen(on: channel)
        return Notifications(connection: self, channel: channel, heartbeat: heartbeat)
    }
}
