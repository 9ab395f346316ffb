import NIOCore

/// Whether a client takes what we send it: the arithmetic of the write deadline, without a clock or a socket.
///
/// Nothing is watched while the kernel takes every byte. Once bytes wait in our memory, the client must take a minimum
/// of them within the deadline, again and again until none is left.
struct WriteProgress: Sendable {
    private let minimum: Int
    /// Progress is looked at this often, so a client that stops is found at most one interval late.
    private let interval: TimeAmount
    /// Shorter than the deadline by one interval, so that late is still in time.
    private let patience: TimeAmount
    private var written = 0
    private var window: (start: NIODeadline, taken: Int)?

    /// When ``isStalled(waiting:now:)`` is to be asked next; nil while nothing waits.
    private(set) var nextCheck: NIODeadline?

    init(minimum: Int, deadline: TimeAmount) {
        self.minimum = minimum
        interval = .nanoseconds(deadline.nanoseconds / 6)
        patience = .nanoseconds(deadline.nanoseconds - interval.nanoseconds)
    }

    /// Bytes were handed to the socket.
    mutating func wrote(_ count: Int) { written += count }

    /// The socket was flushed and `waiting` bytes remain in our memory.
    mutating func flushed(waiting: Int, now: @autoclosure () -> NIODeadline) {
        if waiting == 0 {
            window = nil
            nextCheck = nil
        } else if window == nil {
            let now = now()
            window = (now, written - waiting)
            nextCheck = now + interval
        }
    }

    /// Looks at the progress since the last look, and sets the time of the next one.
    mutating func isStalled(waiting: Int, now: NIODeadline) -> Bool {
        guard let window, waiting > 0 else {
            self.window = nil
            nextCheck = nil
            return false
        }
        let taken = written - waiting
        if taken - window.taken >= minimum {
            self.window = (now, taken)
        } else if now - window.start >= patience {
            return true
        }
        nextCheck = now + interval
        return false
    }
}
