internal import Glibc
internal import Synchronization

/// What a pool must know of a connection without visiting its thread.
final class Condition: Sendable {
    enum State: UInt8 {
        case closed, idle, inTransaction
    }

    private let stateValue = Atomic<UInt8>(State.closed.rawValue)
    private let answer = Atomic<Bool>(false)
    private let suspicion = Atomic<Bool>(false)
    private let descriptorValue = Atomic<Int32>(-1)

    var state: State {
        get { State(rawValue: stateValue.load(ordering: .acquiring))! }
        set { stateValue.store(newValue.rawValue, ordering: .releasing) }
    }

    /// The server has answered.
    func noteAnswer() { answer.store(true, ordering: .relaxed) }

    /// Whether the server has answered since this was last asked.
    func takeAnswer() -> Bool { answer.exchange(false, ordering: .relaxed) }

    /// Not to be used again once it is given back.
    var isSuspect: Bool {
        get { suspicion.load(ordering: .acquiring) }
        set { suspicion.store(newValue, ordering: .releasing) }
    }

    var descriptor: Int32 {
        get { descriptorValue.load(ordering: .acquiring) }
        set { descriptorValue.store(newValue, ordering: .releasing) }
    }

    /// Whether an idle connection has something to read. The server speaks unasked only to say farewell (or to report a
    /// changed setting, which is rare enough to be taken for one).
    var hasUnexpectedInput: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) != 0
    }
}
