import Foundation

/// Runs commands of bash at the root of this checkout, strictly (`set -euo pipefail`).
///
/// - Returns: the status, and what was said on both outputs.
package func shell(_ command: String) async throws -> (status: Int32, words: String) {
    // A file: a server that the commands leave behind keeps a pipe open.
    let said = FileManager.default.temporaryDirectory.appending(path: "shell-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: said.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: said) }
    let output = try FileHandle(forWritingTo: said)
    let process = Process()
    // A test process may ignore signals that its children, and theirs, are to be ended by.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal", "bash", "-c", "set -euo pipefail; \(command)"]
    process.currentDirectoryURL = URL(filePath: Repository.path(""))
    process.standardOutput = output
    process.standardError = output
    let (exits, exit) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { exit.yield($0.terminationStatus) }
    try process.run()
    let status = await exits.first { _ in true } ?? -1
    try output.close()
    return (status, String(decoding: try Data(contentsOf: said), as: UTF8.self))
}
