import Foundation
import Hummingbird
import Logging
import Support
import Testing

/// What `script/lib` promises to those who start and stop services with it.
@Suite("Scripts")
struct ScriptTests {
    /// Runs commands that know the functions of processes, with folders of their own in `$run` and `$log`.
    private func processes(_ commands: String) async throws -> (status: Int32, words: String) {
        try await shell(
            """
            source script/lib/processes.sh
            refuses() { if "$@" >/dev/null 2>&1; then echo "unexpected: $*"; exit 1; fi; }
            folder=$(mktemp --directory); run=$folder/run; log=$folder/log
            trap 'for name in a b; do process_stop "$run" "$name"; done; rm -r "$folder"' EXIT
            \(commands)
            """)
    }

    @Test("A process is known as long as it runs, and is stopped")
    func process() async throws {
        let outcome = try await processes(
            """
            process_start "$run" "$log" a sleep 600
            until pid=$(process_pid "$run" a); do sleep 0.01; done
            process_start_time "$pid"
            process_stop "$run" a
            refuses process_start_time "$pid"
            refuses process_pid "$run" a
            """)
        #expect(outcome.status == 0, "\(outcome.words)")
    }

    @Test("A pid that another process has now is not taken for ours, and that process is left alone")
    func pidUsedAgain() async throws {
        let outcome = try await processes(
            """
            process_start "$run" "$log" b sleep 600
            until pid=$(process_pid "$run" b); do sleep 0.01; done
            echo "$pid 1" >"$run/a.pid"
            refuses process_pid "$run" a
            echo "$pid" >"$run/a.pid"
            refuses process_pid "$run" a
            process_stop "$run" a
            kill -0 "$pid"
            """)
        #expect(outcome.status == 0, "\(outcome.words)")
    }

    @Test("Another's server on our port is not taken for ours")
    func foreignServer() async throws {
        try await withServer { port, onServerRunning in
            let router = Router()
            router.get("readyz") { _, _ in "ready" }
            return Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in await onServerRunning() },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        } _: { url in
            let outcome = try await processes(
                """
                process_start "$run" "$log" a bash -c 'echo the port is taken; sleep 2'
                process_await \(url)/readyz a "$run" "$log"
                """)
            #expect(outcome.status == 1 && outcome.words.contains("a does not come up"), "\(outcome.words)")
            #expect(outcome.words.contains("the port is taken"))
        }
    }

    @Test("Whoever watches is told which one ended, and what it said last")
    func watch() async throws {
        let outcome = try await processes(
            """
            process_start "$run" "$log" a sleep 600
            process_start "$run" "$log" b bash -c 'echo no memory left; sleep 0.5'
            until process_pid "$run" a && process_pid "$run" b; do sleep 0.01; done
            processes_watch "$run" "$log" a b
            """)
        #expect(outcome.status == 1 && outcome.words.contains("b has ended"), "\(outcome.words)")
        #expect(outcome.words.contains("no memory left"))
    }

    @Test("A cluster is stopped by whoever started it, even when the script fails")
    func clusterOfAFailedScript() async throws {
        let port = try freePort()
        let outcome = try await shell(
            """
            source script/lib/cluster.sh
            folder=$(mktemp --directory)
            chmod 711 "$folder"
            trap 'cluster_stop "$folder"; rm -r "$folder"' EXIT
            cluster_start "$folder" \(port)
            false
            """)
        let answers = try await shell(
            "source script/lib/cluster.sh; $(cluster_programs)/pg_isready -q -h 127.0.0.1 -p \(port)")
        #expect(outcome.status == 1 && answers.status == 2, "\(outcome.words)")
    }

    @Test("A cluster whose folder has too many bytes for a socket lives elsewhere, however few letters they are")
    func socketPath() async throws {
        for (letter, isNear) in [("e", true), ("é", false)] {
            let folder = "/tmp/" + String(repeating: letter, count: 70)
            let outcome = try await shell(
                """
                export LC_ALL=C.UTF-8
                source script/lib/cluster.sh
                trap 'rm -rf "\(folder)"' EXIT
                cluster_home "\(folder)"
                """)
            #expect(
                outcome.status == 0 && outcome.words.hasPrefix(isNear ? folder : "/var/tmp/spro-"), "\(outcome.words)")
        }
    }
}
