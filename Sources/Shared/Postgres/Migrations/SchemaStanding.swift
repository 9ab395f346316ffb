/// How a database's schema stands to the migrations that a program knows.
package enum SchemaStanding: Sendable {
    case current
    /// These, in this order, are still to be applied.
    case pending([Migration])
    /// The two histories differ; the text says where.
    case conflict(String)

    struct Applied: Sendable {
        let number: Int
        let name: String
        let digest: [UInt8]
    }

    init(applied: [Applied], known: [Migration]) {
        for (index, migration) in known.enumerated() where migration.number != index + 1 {
            self = .conflict("the program's migration \(index + 1) is missing")
            return
        }
        for (index, applied) in applied.enumerated() {
            guard applied.number == index + 1 else {
                self = .conflict("migration \(index + 1) was never applied, though \(applied.number) was")
                return
            }
            guard index < known.count else {
                self = .conflict("migration \(applied.number) (\(applied.name)) is newer than this program")
                return
            }
            guard applied.digest == known[index].digest else {
                self = .conflict("migration \(applied.number) (\(known[index].name)) has changed since it was applied")
                return
            }
        }
        let pending = Array(known.dropFirst(applied.count))
        self = pending.isEmpty ? .current : .pending(pending)
    }
}
