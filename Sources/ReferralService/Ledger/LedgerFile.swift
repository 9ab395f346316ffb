import Foundation
import Schema
import Tokens

/// The ledger: a file of signed lines outside the database and its backups, `ledger.jws` in the folder that
/// `SPRO_LEDGER_DIR` names, the same for all replicas. It is only ever added to.
struct LedgerFile: Sendable {
    let folder: String
    let key: SigningKey

    private var path: String { folder + "/ledger.jws" }

    enum Failure: Error, Equatable, CustomStringConvertible {
        case unreadable(Int32)
        case notWritten(Int32)
        /// Its lines do not follow from one another, or are not signed by this key.
        case notGenuine(line: Int)

        var description: String {
            switch self {
            case .unreadable(let code): "the ledger cannot be read (errno \(code))"
            case .notWritten(let code): "the ledger cannot be written (errno \(code))"
            case .notGenuine(let line):
                "the ledger’s line \(line) does not follow from the one before, or SPRO_SIGNING_KEY has not signed it"
            }
        }
    }

    /// All lines in their order, after a look at each link of the chain and the last line's signature.
    ///
    /// What a crash has left of a line that was being written is passed over: nobody was told that it was there.
    func lines() throws(Failure) -> [LedgerLine] {
        let texts = Self.whole(try read(from: 0)).split(separator: "\n").map(String.init)
        var lines: [LedgerLine] = []
        lines.reserveCapacity(texts.count)
        for text in texts {
            guard let line = LedgerLine(text), line.number == lines.count + 1,
                line.previous == lines.last?.digest ?? LedgerLine.origin
            else { throw .notGenuine(line: lines.count + 1) }
            lines.append(line)
        }
        if let last = lines.last, !last.isSigned(by: key) { throw .notGenuine(line: last.number) }
        return lines
    }

    /// The last line, without a look at the others; nil: there is none.
    func last() throws(Failure) -> LedgerLine? {
        let text = Self.whole(try read(from: -Self.longestLine))
        guard let last = text.split(separator: "\n").last else { return nil }
        guard let line = LedgerLine(String(last)) else { throw .notGenuine(line: 0) }
        return line
    }

    /// Adds lines; when it returns, they are on the disk. Only one at a time may: see ``LedgerRepository/takeTurn(in:)``.
    func append(_ lines: [LedgerLine]) throws(Failure) {
        let isNew = access(path, F_OK) != 0
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .notWritten(errno) }
        defer { close(file) }
        // Behind the last whole line.
        let end = lseek(file, 0, SEEK_END)
        let torn = try read(from: -Self.longestLine).utf8.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
        guard ftruncate(file, end - torn) == 0, lseek(file, 0, SEEK_END) >= 0 else { throw .notWritten(errno) }
        let bytes = Array(lines.map { $0.text + "\n" }.joined().utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .notWritten(errno) }
            written += count
        }
        guard fsync(file) == 0 else { throw .notWritten(errno) }
        if isNew { try syncFolder() }
    }

    /// A new file's name is on the disk only once its folder is.
    private func syncFolder() throws(Failure) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .notWritten(errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .notWritten(errno) }
    }

    /// Longer than any line.
    private static let longestLine = 4096

    private static func whole(_ text: String) -> Substring {
        guard let end = text.lastIndex(of: "\n") else { return "" }
        return text[...end]
    }

    /// - Parameter offset: from the beginning, or, negative, from the end.
    private func read(from offset: Int) throws(Failure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT, access(folder, W_OK | X_OK) == 0 { return "" }
            throw .unreadable(errno)
        }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0, lseek(file, offset < 0 ? max(0, Int(size) + offset) : offset, SEEK_SET) >= 0 else {
            throw .unreadable(errno)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .unreadable(errno) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
