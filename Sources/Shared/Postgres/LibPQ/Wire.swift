internal import CLibPQ
internal import Glibc

/// One libpq connection in non-blocking mode: the only place, with ``ResultTable``, that calls libpq. Every wait is a
/// `poll` with a deadline, because neither `statement_timeout` nor `tcp_user_timeout` sees a server that is stopped.
///
/// Not `Sendable`: it lives in one ``Connection``. After an `Interruption` it is of no further use.
final class Wire {
    /// The connection can no longer be used.
    enum Interruption: Error {
        /// Closed or broken; with the server's last words, if it had any.
        case lost(ServerReport?)
        /// It could not be made; in libpq's words, which name hosts, ports and users and no secret.
        case refused(String)
        case deadline
        /// libpq refused a call: a mistake of ours.
        case misuse(String)
    }

    private let connection: OpaquePointer

    init(_ parameters: [(keyword: String, value: String)], until deadline: ContinuousClock.Instant) throws(Interruption)
    {
        guard let started = Self.start(parameters) else { throw .refused("libpq has no memory for a connection") }
        connection = started
        guard PQstatus(connection) != CONNECTION_BAD else { throw refusal }
        // libpq prints notices, which may quote rows, to standard error by default.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED else { throw refusal }
            try wait(for: state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            state = PQconnectPoll(connection)
        }
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else { throw misuse }
    }

    /// Says goodbye without waiting, the socket being non-blocking.
    deinit { PQfinish(connection) }

    var descriptor: Int32 { PQsocket(connection) }

    var isIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }
    var isInTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INTRANS }
    var isBroken: Bool { PQstatus(connection) == CONNECTION_BAD }

    // MARK: Pipelines

    func sendPrepare(_ name: String, _ text: String, types: [TypeCode]) throws(Interruption) {
        let types = types.map(\.rawValue)
        guard PQsendPrepare(connection, name, text, Int32(types.count), types) == 1 else { throw misuse }
    }

    /// Asks for the results in binary.
    func sendExecute(_ name: String, _ parameters: Parameters) throws(Interruption) {
        let sent = parameters.bytes.withUnsafeBytes { bytes in
            let values = parameters.ranges.map { range in
                range.map { UnsafePointer((bytes.baseAddress! + $0.lowerBound).assumingMemoryBound(to: CChar.self)) }
            }
            let lengths = parameters.ranges.map { Int32($0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: values.count)
            return PQsendQueryPrepared(connection, name, Int32(values.count), values, lengths, formats, 1)
        }
        guard sent == 1 else { throw misuse }
    }

    /// One statement that is not kept.
    func sendOnce(_ text: String) throws(Interruption) {
        guard PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1) == 1 else { throw misuse }
    }

    /// Takes in what has arrived, so that a connection that the server closed is known as such before anything is sent.
    func takeInput() throws(Interruption) {
        do throws(Interruption) {
            while true {
                try wait(for: POLLIN, until: .now)
                try consume()
            }
        } catch .deadline {}
    }

    /// Ends a pipeline, that is also its implicit transaction, and what an error in it skips.
    func sendSync() throws(Interruption) {
        guard PQpipelineSync(connection) == 1 else { throw misuse }
    }

    /// Pushes out what was sent, taking in answers meanwhile so that neither side waits for the other.
    func flush(until deadline: ContinuousClock.Instant) throws(Interruption) {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                if try wait(for: POLLIN | POLLOUT, until: deadline) & POLLIN != 0 { try consume() }
            default:
                // The server may have said why before it closed.
                _ = PQconsumeInput(connection)
                throw .lost(nil)
            }
        }
    }

    /// The next result of the current command, nil at its end.
    func next(until deadline: ContinuousClock.Instant) throws(Interruption) -> ResultTable? {
        while PQisBusy(connection) == 1 {
            try wait(for: POLLIN, until: deadline)
            try consume()
        }
        guard let result = PQgetResult(connection) else {
            guard !isBroken else { throw .lost(nil) }
            return nil
        }
        let table = ResultTable(result)
        if isBroken { throw .lost(table.report.sqlstate.isEmpty ? nil : table.report) }
        return table
    }

    // MARK: Outside pipelines: scripts and COPY

    /// Runs `body` in libpq's ordinary mode, which scripts and COPY need.
    func outsidePipeline<Value>(_ body: () throws(Interruption) -> Value) throws(Interruption) -> Value {
        guard PQexitPipelineMode(connection) == 1 else { throw misuse }
        let value = try body()
        guard PQenterPipelineMode(connection) == 1 else { throw misuse }
        return value
    }

    /// Statements separated by `;`, without parameters.
    func sendScript(_ text: String) throws(Interruption) {
        guard PQsendQuery(connection, text) == 1 else { throw misuse }
    }

    func sendCopyData(_ bytes: ArraySlice<UInt8>, until deadline: ContinuousClock.Instant) throws(Interruption) {
        while true {
            let sent = bytes.withUnsafeBytes { bytes in
                PQputCopyData(
                    connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
            }
            switch sent {
            case 1: return try flush(until: deadline)
            case 0: try wait(for: POLLOUT, until: deadline)
            default: throw isBroken ? .lost(nil) : misuse
            }
        }
    }

    func sendCopyEnd(until deadline: ContinuousClock.Instant) throws(Interruption) {
        while true {
            switch PQputCopyEnd(connection, nil) {
            case 1: return try flush(until: deadline)
            case 0: try wait(for: POLLOUT, until: deadline)
            default: throw isBroken ? .lost(nil) : misuse
            }
        }
    }

    // MARK: Notifications

    /// Takes what has arrived, without waiting.
    func nextNotification() -> Notification? {
        guard let pointer = PQnotifies(connection) else { return nil }
        defer { PQfreemem(pointer) }
        return Notification(
            channel: String(cString: pointer.pointee.relname), payload: String(cString: pointer.pointee.extra))
    }

    /// Waits until something arrives or `wake` becomes readable. False if the deadline came first.
    func waitForInput(until deadline: ContinuousClock.Instant, orOn wake: Int32) throws(Interruption) -> Bool {
        do throws(Interruption) {
            if try wait(for: POLLIN, until: deadline, orOn: wake) != 0 { try consume() }
            return true
        } catch .deadline {
            return false
        }
    }

    // MARK: -

    /// A SCRAM verifier, so that a password never stands in an SQL text and so in no log of the server.
    func verifier(of password: Password, for role: Identifier) throws(Interruption) -> String {
        guard let text = PQencryptPasswordConn(connection, password.text, role.name, "scram-sha-256") else {
            throw misuse
        }
        defer { PQfreemem(text) }
        return String(cString: text)
    }

    /// Nil where there is no memory; whatever else fails is told by the connection.
    private static func start(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
        let strings = parameters.map { (strdup($0.keyword), strdup($0.value)) }
        defer { for (keyword, value) in strings { free(keyword); free(value) } }
        let keywords = strings.map { UnsafePointer($0.0) } + [nil]
        let values = strings.map { UnsafePointer($0.1) } + [nil]
        return PQconnectStartParams(keywords, values, 0)
    }

    private func consume() throws(Interruption) {
        guard PQconsumeInput(connection) == 1 else { throw .lost(lastWords) }
    }

    /// What the server sent before it closed, if anything.
    private var lastWords: ServerReport? {
        while PQisBusy(connection) == 0, let result = PQgetResult(connection) {
            let table = ResultTable(result)
            guard !table.succeeded else { continue }
            return table.report.sqlstate.isEmpty ? nil : table.report
        }
        return nil
    }

    private var refusal: Interruption {
        .refused(String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; "))
    }

    private var misuse: Interruption { isBroken ? .lost(nil) : .misuse(String(cString: PQerrorMessage(connection))) }

    /// Waits on the socket. Returns its events, or 0 when `other` became readable.
    @discardableResult
    private func wait(
        for events: Int32, until deadline: ContinuousClock.Instant, orOn other: Int32 = -1
    ) throws(Interruption) -> Int32 {
        while true {
            guard descriptor >= 0 else { throw .lost(nil) }
            let left = ContinuousClock.now.duration(to: deadline)
            var entries = [
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: other, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&entries, 2, left.pollTimeout)
            if ready > 0 { return Int32(entries[0].revents) }
            guard ready == 0 || errno == EINTR else { throw .lost(nil) }
            guard ready != 0 || left > .zero else { throw .deadline }
        }
    }
}

extension Duration {
    /// Milliseconds for `poll`, rounded up so that it never spins, at most a minute at a time.
    fileprivate var pollTimeout: Int32 {
        guard self > .zero else { return 0 }
        guard self < .seconds(60) else { return 60_000 }
        return Int32((self / .milliseconds(1)).rounded(.up))
    }
}
