import Testing

@testable import Postgres

@Suite("Who gets a connection")
struct PoolStateTests {
    private typealias State = PoolState<Int, String>

    @Test("first those who can have one, then a queue of a certain length, then nobody")
    func bounds() {
        var state = State(maximumOpen: 2, maximumWaiting: 1)
        #expect(state.acquire().name == "slot" && state.acquire().name == "slot")
        #expect(state.acquire().name == "wait")
        state.enqueue("first", ticket: 1)
        #expect(state.acquire().name == "refused")
        #expect(state.open == 2 && state.lent == 2)
    }

    @Test("in the order in which they came, those who gave up excepted")
    func order() {
        var state = State(maximumOpen: 1, maximumWaiting: 9)
        _ = state.acquire()
        for (ticket, name) in ["a", "b", "c"].enumerated() { state.enqueue(name, ticket: UInt64(ticket)) }
        #expect(state.leave(1) == "b" && state.leave(1) == nil)
        #expect(state.give(7).waiter == "a")
        #expect(state.drop() == "c")
        #expect(state.open == 1)
        let (waiter, keep) = state.give(8)
        #expect(waiter == nil && keep)
        #expect(state.lent == 0)
    }

    @Test("the connection used last comes first, and one that is dropped makes room")
    func reuse() {
        var state = State(maximumOpen: 2, maximumWaiting: 0)
        _ = state.acquire()
        _ = state.acquire()
        _ = state.give(1)
        _ = state.give(2)
        #expect(state.acquire().name == "lease 2")
        #expect(state.acquire().name == "lease 1")
        #expect(state.acquire().name == "refused")
        #expect(state.drop() == nil)
        #expect(state.acquire().name == "slot")
    }

    @Test("nobody after the end, and what comes back is closed")
    func closing() {
        var state = State(maximumOpen: 3, maximumWaiting: 3)
        for _ in 0..<3 { _ = state.acquire() }
        state.enqueue("a", ticket: 0)
        _ = state.leave(0)
        _ = state.give(1)
        state.enqueue("b", ticket: 1)
        let (idle, waiting) = state.close()
        #expect(idle == [1] && waiting == ["b"])
        #expect(state.acquire().name == "closed")
        #expect(!state.give(2).keep)
        #expect(state.drop() == nil)
        #expect(state.open == 0)
    }

    @Test("a server is left alone longer and longer, never for more than the ceiling")
    func backoff() {
        var backoff = Backoff()
        for failure in 0..<20 {
            let whole = min(Backoff.first * (1 << min(failure, 10)), Backoff.ceiling)
            let delay = backoff.next()
            #expect(delay >= whole * 0.5 && delay <= whole)
        }
        backoff.reset()
        #expect(backoff.next() <= Backoff.first)
    }
}

extension PoolState.Acquisition where Lease == Int {
    fileprivate var name: String {
        switch self {
        case .lease(let lease): "lease \(lease)"
        case .slot: "slot"
        case .wait: "wait"
        case .refused: "refused"
        case .closed: "closed"
        }
    }
}
