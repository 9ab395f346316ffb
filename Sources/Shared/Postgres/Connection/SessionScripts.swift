/// What cannot travel in a pipeline: scripts and COPY.
extension Session {
    /// Runs statements without parameters, separated by `;`.
    func run(script: String, until deadline: ContinuousClock.Instant) throws(DatabaseError) -> DatabaseError? {
        try interrupted(commits: wire.isIdle) { () throws(Wire.Interruption) in
            try wire.takeInput()
            return try wire.outsidePipeline { () throws(Wire.Interruption) in
                try wire.sendScript(script)
                try wire.flush(until: deadline)
                return try outcome(until: deadline).failure
            }
        }
    }

    /// `copy ... from stdin` with all its data. Gives the number of rows.
    func copy(
        _ statement: String, _ data: [UInt8], until deadline: ContinuousClock.Instant
    ) throws(DatabaseError) -> Result<Int, DatabaseError> {
        try interrupted(commits: wire.isIdle) { () throws(Wire.Interruption) in
            try wire.takeInput()
            return try wire.outsidePipeline { () throws(Wire.Interruption) in
                try wire.sendScript(statement)
                try wire.flush(until: deadline)
                guard let start = try wire.next(until: deadline) else { throw .misuse("COPY without an answer") }
                guard start.isCopyIn else {
                    let failure = start.isError ? DatabaseError(start.report) : nil
                    _ = try outcome(until: deadline)
                    return .failure(failure ?? DatabaseError(.other, note: "not a COPY FROM STDIN"))
                }
                for start in stride(from: 0, to: data.count, by: Self.copyChunk) {
                    let chunk = data[start..<min(start + Self.copyChunk, data.count)]
                    try wire.sendCopyData(chunk, until: deadline)
                }
                try wire.sendCopyEnd(until: deadline)
                let (failure, affected) = try outcome(until: deadline)
                return failure.map { .failure($0) } ?? .success(affected)
            }
        }
    }

    private static let copyChunk = 1 << 18

    /// Reads to the end of what was sent: the first error, and the rows that the last statement affected.
    private func outcome(
        until deadline: ContinuousClock.Instant
    ) throws(Wire.Interruption) -> (failure: DatabaseError?, affected: Int) {
        var failure: DatabaseError?
        var affected = 0
        while let table = try wire.next(until: deadline) {
            guard !table.isCopy else { throw .misuse("COPY where none is expected") }
            if table.isError {
                if table.report.isFatal { throw Wire.Interruption(fatal: table) }
                failure = failure ?? DatabaseError(table.report)
            }
            affected = table.affected
        }
        return (failure, affected)
    }
}
