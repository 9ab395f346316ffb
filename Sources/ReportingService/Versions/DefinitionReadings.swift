import Synchronization

/// The documents that were read last, by their digests: a document is read once, however many regions have it in force.
final class DefinitionReadings: Sendable {
    private let known = Mutex<[[UInt8]: DefinitionDocument]>([:])
    private let capacity: Int

    /// - Parameter capacity: beyond it, it begins anew: all the indicators of some regions are far fewer.
    init(capacity: Int = 1024) { self.capacity = capacity }

    /// Nil for what this version of the service cannot read any more.
    func document(of version: StoredVersion) -> DefinitionDocument? {
        if let document = known.withLock({ $0[version.digest] }) { return document }
        guard let document = DefinitionDocument(text: version.document) else { return nil }
        known.withLock { known in
            if known.count >= capacity { known.removeAll() }
            known[version.digest] = document
        }
        return document
    }
}
