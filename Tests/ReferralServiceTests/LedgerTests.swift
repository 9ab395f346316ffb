import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("The ledger outside the database")
struct LedgerTests {
    @Test(
        "a restored backup revives no consent and nobody who was erased: nothing serves before the ledger is replayed")
    func restore() async throws {
        try await withFolder { folder in
            try await withReferrals(settings: ["SPRO_LEDGER_DIR": folder]) { broker in
                let sender = try await ReferralFixture.token(ReferralFixture.sender)
                let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
                func accepted(_ theme: String) async throws -> ReferralFixture.Made {
                    var request = ReferralRequest()
                    request.theme = theme
                    let made = try await broker.submitted(request)
                    try await broker.put(made.id, into: .accepted)
                    return made
                }
                let withdrawn = try await accepted("emploi")
                let erased = try await accepted("vae")
                let commanded = try await accepted("metiers")
                let wrong = try await accepted("decrochage")
                let kept = try await accepted("droits")
                let (cancelled, own) = (try await broker.submitted(), try await broker.submitted())
                let (lost, good) = (try await broker.link(of: kept.person), try await broker.link(of: kept.person))
                let before = try await accepted("formation")
                #expect(try await broker.withdraw(before, sender) == 200)
                try await broker.written()
                let dump = folder + "/backup.sql"
                try await broker.dump(to: dump)

                #expect(try await broker.withdraw(withdrawn, sender) == 200)
                #expect(
                    try await broker.post("/v1/persons/\(erased.person)/erasure", "{}", token: sender).status == 200)
                #expect(try await broker.command(.withdraw, commanded.id, token: sender).status == 200)
                #expect(try await broker.command(.markEnteredInError, wrong.id, token: sender).status == 200)
                #expect(
                    try await broker.post("/v1/follow-up-links/\(lost.id)/revocation", "{}", token: sender).status
                        == 200)
                let cancelling = "/v1/follow-up/referrals/\(cancelled.id)/commands/cancel"
                let session = try await broker.session(of: cancelled.person)
                #expect(try await broker.post(cancelling, "{}", token: session).status == 200)
                let withdrawing = "/v1/follow-up/consents/\(try #require(own.consent))/withdrawal"
                let theirs = try await broker.session(of: own.person)
                #expect(try await broker.post(withdrawing, "{}", token: theirs).status == 200)
                let later = try await accepted("mobilite")
                #expect(try await broker.withdraw(later, sender) == 200)
                try await broker.written()

                // The restored database has a ledger of its own from here on.
                let copy = folder + "/copy"
                try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: folder + "/ledger.jws", toPath: copy + "/ledger.jws")
                try await broker.withRestored(dump) { place in
                    let settings = ReferralFixture.settings.merging(["SPRO_LEDGER_DIR": copy]) { $1 }
                    @Sendable func serve(
                        _ body: @Sendable @escaping (ReferralFixture) async throws -> Void
                    ) async throws {
                        try await withService(
                            .referral(lookup: broker.directory.lookup), at: place, settings: settings
                        ) { service in
                            try await body(
                                ReferralFixture(
                                    service: service, database: broker.database, directory: broker.directory))
                        }
                    }
                    let mismatch = await #expect(throws: LedgerMismatch.self) { try await serve { _ in } }
                    #expect(mismatch?.description.contains("referral-service ledger replay") == true)

                    let file = try LedgerFile(folder: copy, key: #require(SigningKey.es256(pem: TestKey.signingPEM)))
                    func replay() async throws -> LedgerReplay.Outcome {
                        try await Connection.with(place) { runtime in
                            var working = place
                            working.user = "referral_worker"
                            return try await Connection.with(working) { worker in
                                try await LedgerReplay(runtime: runtime, worker: worker, file: file).run()
                            }
                        }
                    }
                    // Two of each withdrawal, three of the erasure, one of each command and of the link, two of what
                    // came later: whose request to forget is lost with it, and told of.
                    let outcome = try await replay()
                    #expect(outcome.replayed == 13)
                    #expect(Set(outcome.unknown.map(\.subject.text)) == [later.id, try #require(later.consent)])
                    #expect(try await replay() == LedgerReplay.Outcome())
                    try await serve { restored in
                        for gone in [withdrawn, erased, commanded, wrong, cancelled, own, later] {
                            let answer = try await restored.get("/v1/referrals/\(gone.id)", token: recipient)
                            try expectProblem(answer, 404, "not-found")
                        }
                        let answer = try await restored.get("/v1/referrals/\(kept.id)", token: recipient)
                        #expect(answer.text.contains(ReferralFixture.canary))
                        let consent = try #require(withdrawn.consent)
                        let shown = try await restored.get("/v1/consents/\(consent)", token: sender).json
                        #expect(shown["state"] == "withdrawn")
                        // Also who did it, and what the recipient was asked.
                        let theirs = try await restored.get("/v1/consents/\(own.consent ?? "")", token: sender).json
                        #expect(theirs["history"]?.array?.last?["by"] == "person")
                        let asked = try await restored.get("/v1/erasures?role=recipient&limit=100", token: recipient)
                        let requests = try asked.json["items"]?.array ?? []
                        for (one, asker) in [(cancelled, "person"), (own, "person"), (commanded, "structure")] {
                            let request = requests.first {
                                $0["tasks"]?.array?.first?["referral_ids"]?.array == [.string(one.id)]
                            }
                            #expect(request?["requested_by"]?.string == asker, "\(asked.text)")
                        }
                        let path = "/v1/persons/\(erased.person)/export"
                        try expectProblem(try await restored.get(path, token: sender), 404, "not-found")
                        #expect(try await restored.open(lost.secret).status == 401)
                        #expect(try await restored.open(good.secret).status == 200)
                        // And goes on where the ledger ends.
                        let lines = try file.lines().count
                        #expect(try await restored.withdraw(kept, sender) == 200)
                        try await eventually(within: .seconds(10)) { try file.lines().count == lines + 2 }
                    }
                }
            }
        }
    }

    @Test("lines follow from one another; two replicas write each entry once, also after a crash between file and note")
    func writing() async throws {
        try await withFolder { folder in
            try await withReferrals { broker in
                let sender = try await ReferralFixture.token(ReferralFixture.sender)
                let file = try LedgerFile(folder: folder, key: #require(SigningKey.es256(pem: TestKey.signingPEM)))
                let worker = broker.database.pool(for: .worker)
                func keeping() -> LedgerKeeping {
                    LedgerKeeping(worker: worker, file: file, logger: Logger(label: "test"))
                }
                for theme in ["emploi", "vae", "droits"] {
                    var request = ReferralRequest()
                    request.theme = theme
                    #expect(try await broker.withdraw(try await broker.submitted(request), sender) == 200)
                }
                #expect(await keeping().isPunctual())
                try await broker.sql("update ledger_entries set at = at - interval '61 seconds'")
                #expect(await !keeping().isPunctual())
                // A line was written, and the process fell before it noted so; another was being written.
                let pending = try await worker.withTransaction {
                    try await LedgerRepository().pending(atMost: 1, in: $0)
                }
                let line = try await LedgerLine.sign(
                    pending[0], number: 1, after: LedgerLine.origin, with: file.key)
                try file.append([line])
                try Self.add("eyJ0b3Ju", to: folder)
                async let one = keeping().sweep()
                async let two = keeping().sweep()
                _ = (try await one, try await two)
                _ = try await keeping().sweep()
                let lines = try file.lines()
                #expect(lines.count == 6 && Set(lines.map(\.entry.id)).count == 6)
                #expect(lines[0].text == line.text && lines.map(\.number) == Array(1...6))
                #expect(lines.allSatisfy { $0.isSigned(by: file.key) && !$0.isSigned(by: .es256()) })
                try await keeping().requireCurrent()
                #expect(await keeping().isPunctual())

                // Whatever is changed in it shows.
                let whole = try String(contentsOfFile: folder + "/ledger.jws", encoding: .utf8)
                for index in [0, 2, 5] {
                    var texts = whole.split(separator: "\n").map(String.init)
                    texts[index] = String(texts[index].dropLast()) + (texts[index].hasSuffix("A") ? "B" : "A")
                    try (texts.joined(separator: "\n") + "\n").write(
                        toFile: folder + "/ledger.jws", atomically: false, encoding: .utf8)
                    #expect(throws: LedgerFile.Failure.self) { try file.lines() }
                    await #expect(throws: (any Error).self, "\(index)") { try await keeping().requireCurrent() }
                }
                try whole.write(toFile: folder + "/ledger.jws", atomically: false, encoding: .utf8)
                try await keeping().requireCurrent()
            }
        }
    }

    @Test("a database restored under a running replica ends it; a lost ledger is written again; another's is refused")
    func mismatches() async throws {
        try await withFolder { folder in
            try await withReferrals { broker in
                let sender = try await ReferralFixture.token(ReferralFixture.sender)
                let file = try LedgerFile(folder: folder, key: #require(SigningKey.es256(pem: TestKey.signingPEM)))
                let worker = broker.database.pool(for: .worker)
                let keeping = LedgerKeeping(worker: worker, file: file, logger: Logger(label: "test"))
                #expect(try await broker.withdraw(try await broker.submitted(), sender) == 200)
                #expect(try await keeping.sweep() == 2)

                try FileManager.default.removeItem(atPath: folder + "/ledger.jws")
                await #expect(throws: LedgerMismatch.self) { try await keeping.requireCurrent() }
                func replay() async throws -> LedgerReplay.Outcome {
                    try await Connection.with(broker.database.configuration(for: .runtime)) { runtime in
                        try await Connection.with(broker.database.configuration(for: .worker)) { worker in
                            try await LedgerReplay(runtime: runtime, worker: worker, file: file).run()
                        }
                    }
                }
                #expect(try await replay() == LedgerReplay.Outcome(rewritten: 2))
                try await keeping.requireCurrent()

                let foreign = try await LedgerLine.sign(
                    try file.lines()[0].entry, number: 1, after: LedgerLine.origin, with: file.key)
                let own = try String(contentsOfFile: folder + "/ledger.jws", encoding: .utf8)
                try (foreign.text + "\n").write(toFile: folder + "/ledger.jws", atomically: false, encoding: .utf8)
                await #expect(throws: LedgerMismatch.self) { try await keeping.requireCurrent() }
                await #expect(throws: LedgerMismatch.self) { try await replay() }
                try own.write(toFile: folder + "/ledger.jws", atomically: false, encoding: .utf8)

                try await broker.sql("delete from ledger_entries")
                let mismatch = await #expect(throws: LedgerMismatch.self) { try await keeping.run() }
                #expect(mismatch?.reason.contains("older than the ledger") == true)
                // A disk that takes no more ends nobody; what waits is told of by /readyz.
                let nowhere = LedgerFile(folder: folder + "/none", key: file.key)
                #expect(throws: LedgerFile.Failure.self) { try nowhere.append([]) }
            }
        }
    }

    private static func add(_ text: String, to folder: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: folder + "/ledger.jws"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}

extension ReferralFixture {
    func withdraw(_ made: Made, _ token: String) async throws -> Int {
        let consent = try #require(made.consent)
        return try await post("/v1/consents/\(consent)/withdrawal", "{}", token: token).status
    }

    /// Waits until the running broker has told the ledger everything.
    func written() async throws {
        try await eventually(within: .seconds(10)) {
            try await sql("select from ledger_entries where number is null").isEmpty
        }
    }

    func dump(to path: String) async throws {
        let place = database.superuserConfiguration
        try await Self.programs(
            """
            "$(cluster_programs)/pg_dump" --host=\(place.host) --port=\(place.port) --username=\(place.user) \
            --no-comments --file='\(path)' \(place.database)
            """)
    }

    /// Runs `body` with how the service reaches a database of its own that has come from a dump.
    func withRestored(_ dump: String, _ body: (DatabaseConfiguration) async throws -> Void) async throws {
        var place = database.superuserConfiguration
        let admin = place
        place.database = "test_restored_\(UUID().uuidString.lowercased().filter { $0 != "-" })"
        let psql =
            "\"$(cluster_programs)/psql\" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --host=\(place.host) --port=\(place.port) --username=\(place.user)"
        let name = try #require(Identifier(place.database))
        try await Connection.with(admin) {
            try await $0.script(
                "create database \(name) template template0 owner referral_owner", timeout: .seconds(60))
        }
        func drop() async throws {
            try await Connection.with(admin) {
                try await $0.script("drop database \(name) with (force)", timeout: .seconds(60))
            }
        }
        do {
            try await Self.programs("\(psql) --file='\(dump)' \(place.database) >/dev/null")
            place.user = "referral_runtime"
            try await body(place)
        } catch {
            try await drop()
            throw error
        }
        try await drop()
    }

    private static func programs(_ command: String) async throws {
        let outcome = try await shell("source script/lib/cluster.sh; \(command)")
        try #require(outcome.status == 0, "\(outcome.words)")
    }
}
