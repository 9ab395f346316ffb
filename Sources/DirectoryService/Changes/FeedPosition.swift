import Synchronization

/// From where on a follower goes who begins with a copy of what is in memory: known without asking the database.
final class FeedPosition: Sendable {
    private let cursor = Mutex<String?>(nil)
    private let head: @Sendable () async throws -> String
    private let follow: @Sendable () async throws -> Bool

    /// - Parameters:
    ///   - head: the position behind all that is committed.
    ///   - follow: brings what is held in memory forward; whether it then has every change committed before the call.
    init(
        head: @escaping @Sendable () async throws -> String, follow: @escaping @Sendable () async throws -> Bool
    ) {
        self.head = head
        self.follow = follow
    }

    /// Everything before it is in memory: to be read before the memory is.
    var current: String? { cursor.withLock { $0 } }

    /// Brings the memory forward, and then the position, unless what is in front of it is still being read.
    func advance() async throws {
        let head = try await head()
        if try await follow() { cursor.withLock { $0 = head } }
    }
}
