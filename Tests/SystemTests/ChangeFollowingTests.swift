import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Schema
import Support
import Synchronization
import Testing

/// A partner's copy of the directory, kept by `GET /v1/changes` alone, while structures are edited, removed and merged and
/// both sides are killed.
@Suite("Following the changes")
struct ChangeFollowingTests {
    @Test(
        "A copy ends byte for byte as the export, whatever was edited and killed meanwhile", .timeLimit(.minutes(120)))
    func copy() async throws {
        try await withProcesses { _, processes in
            let issuer = RunningIssuer(url: processes.issuer)
            let directory = processes.directoryURL
            let edits = runs(500)
            let progress = Progress()
            let started = ContinuousClock.now
            let editing = Task {
                defer { progress.end() }
                return try await withThrowingTaskGroup(of: Editor.self) { group in
                    for share in 0..<Editor.all {
                        group.addTask {
                            var editor = try await Editor(directory, issuer, share: share)
                            while editor.done < edits / Editor.all { try await editor.edit() }
                            return editor
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            let following = Task {
                var follower = Follower(directory, try await issuer.token(of: "website"))
                while !progress.hasEnded { try await follower.step(issuer) }
                return follower
            }
            var kills = 0
            while !progress.hasEnded {
                try await Task.sleep(for: .milliseconds(Int.random(in: 500...5000)))
                processes.kill("directory")
                try await processes.start("directory")
                kills += 1
            }
            let editors = try await editing.value
            var follower = try await following.value
            follower.dies = false
            while try await !follower.step(issuer) {}
            let export = try await Client(directory, issuer.token(of: "website")).send(.GET, "/v1/exports/structures")
            #expect(export.status == 200)
            #expect(follower.lines == export.body)
            let sums = editors.reduce(into: (edits: 0, removals: 0, mergers: 0, creations: 0)) { sums, editor in
                sums.edits += editor.done
                sums.removals += editor.removals
                sums.mergers += editor.mergers
                sums.creations += editor.creations
            }
            #expect(sums.removals > 0 && sums.mergers > 0 && sums.creations > 0)
            #expect(kills > 0 && follower.deaths > 0)
            print(
                """
                \(sums.edits) edits, \(sums.removals) removals, \(sums.mergers) mergers, \(sums.creations) new, in \
                \(ContinuousClock.now - started); \(kills) kills of the service, \(follower.deaths) of the follower; \
                \(follower.count) structures in the copy
                """)
        }
    }

    private final class Progress: Sendable {
        private let state = Mutex(false)
        var hasEnded: Bool { state.withLock { $0 } }
        func end() { state.withLock { $0 = true } }
    }

    private struct Client {
        struct Answer {
            let status: Int
            let body: [UInt8]
            var json: JSONObject { (try? JSONValue(parsing: body).object) ?? [:] }
        }

        let base: String
        let token: String

        init(_ base: String, _ token: String) { (self.base, self.token) = (base, token) }

        /// Nothing of a service that is down: status 0.
        func send(
            _ method: HTTPMethod, _ path: String, _ headers: [(String, String)] = [], _ body: [UInt8]? = nil
        ) async throws -> Answer {
            var request = HTTPClientRequest(url: base + path)
            request.method = method
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: body))
            }
            do {
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
                let body = try await response.body.collect(upTo: 256 << 20)
                return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                return Answer(status: 0, body: [])
            }
        }
    }

    /// Edits structures of its region at random, one of several that share them; where it does not know what became of an
    /// edit, it looks.
    private struct Editor {
        static let all = 5

        private var client: Client
        private let issuer: RunningIssuer
        private let base: String
        private var ids: [String] = []
        private var random = SystemRandomNumberGenerator()
        private(set) var (done, removals, mergers, creations) = (0, 0, 0, 0)
        /// Where there are so few none is removed.
        private static let fewest = 8

        init(_ base: String, _ issuer: RunningIssuer, share: Int) async throws {
            (self.base, self.issuer) = (base, issuer)
            client = Client(base, try await issuer.token(of: "region"))
            while ids.isEmpty {
                let export = try await client.send(.GET, "/v1/exports/structures")
                let own = export.body.split(separator: UInt8(ascii: "\n")).compactMap { line in
                    (try? JSONValue(parsing: Array(line)).object).flatMap {
                        $0["region"] == "52" ? $0["id"]?.string : nil
                    }
                }
                ids = own.enumerated().filter { $0.offset % Self.all == share }.map(\.element)
            }
        }

        mutating func edit() async throws {
            if done % 500 == 499 { client = Client(base, try await issuer.token(of: "region")) }
            guard let id = ids.randomElement(using: &random) else { return }
            let present = try await client.send(.GET, "/v1/structures/\(id)")
            guard present.status == 200, let version = present.json["version"]?.int else {
                if present.status == 410 { ids.removeAll { $0 == id } }
                return try await Task.sleep(for: .milliseconds(20))
            }
            let match = ("If-Match", "\"v\(version)\"")
            let draft = Self.draft(of: present.json, named: "Nom \(UInt16.random(in: 0 ... .max, using: &random))")
            let answer: Client.Answer
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<4 where ids.count > Self.fewest:
                answer = try await client.send(.DELETE, "/v1/structures/\(id)", [match])
                if answer.status == 204 { removals += 1 }
            case 4..<8 where ids.count > Self.fewest:
                let into = ids.filter { $0 != id }.randomElement(using: &random) ?? ""
                answer = try await client.send(
                    .POST, "/v1/structures/\(id)/merger", [match], Array(#"{"into":"\#(into)"}"#.utf8))
                if answer.status == 204 { mergers += 1 }
            case 8..<18:
                answer = try await client.send(
                    .POST, "/v1/structures", [("Idempotency-Key", UUID().uuidString)], draft)
                if answer.status == 201 {
                    creations += 1
                    ids.append(answer.json["id"]?.string ?? "")
                }
            default: answer = try await client.send(.PUT, "/v1/structures/\(id)", [match], draft)
            }
            if (200..<300).contains(answer.status) { done += 1 }
        }

        /// What may be written of a structure, without what only one may have.
        private static func draft(of structure: JSONObject, named name: String) -> [UInt8] {
            let left = Set(StructureDraft.readOnlyMembers + ["label", "siret"])
            var json = JSONWriter()
            json.object { json in
                for member in structure.members where !left.contains(member.name) {
                    switch member.name {
                    case "name": json.member("name", name)
                    case "address":
                        json.member("address") { json in
                            json.optional(member.value.object) { json, address in
                                json.object { json in
                                    for part in ["street", "postal_code", "commune", "confidential"] {
                                        json.member(part) { $0.value(address[part] ?? .null) }
                                    }
                                }
                            }
                        }
                    case "services":
                        json.member("services") { json in
                            json.array(of: (member.value.array ?? []).compactMap(\.object)) { json, offer in
                                json.object { json in
                                    for part in offer.members where part.name != "id" {
                                        json.member(part.name) { $0.value(part.value) }
                                    }
                                }
                            }
                        }
                    default: json.member(member.name) { $0.value(member.value) }
                    }
                }
            }
            return json.bytes
        }
    }

    /// Keeps a copy; now and then it dies with a page in its hands, and begins again with what it had kept.
    private struct Follower {
        private var client: Client
        private let base: String
        private var copy: [String: [UInt8]] = [:]
        private var cursor: String?
        private var steps = 0
        private(set) var deaths = 0
        var dies = true

        init(_ base: String, _ token: String) {
            self.base = base
            client = Client(base, token)
        }

        /// - Returns: whether it has read to the end.
        @discardableResult
        mutating func step(_ issuer: RunningIssuer) async throws -> Bool {
            steps += 1
            if steps % 500 == 0 { client = Client(base, try await issuer.token(of: "website")) }
            let after = cursor.map { "&after=\($0)" } ?? ""
            let limit = Int.random(in: 1...100)
            let answer = try await client.send(.GET, "/v1/changes?limit=\(limit)&wait=1\(after)")
            guard answer.status == 200 else {
                #expect([0, 503].contains(answer.status), "\(String(decoding: answer.body, as: UTF8.self))")
                try await Task.sleep(for: .milliseconds(50))
                return false
            }
            var copy = copy
            let items = answer.json["items"]?.array?.compactMap(\.object) ?? []
            let lost = dies && Int.random(in: 0..<5) == 0
            for item in lost ? items.prefix(items.count / 2) : items[...] {
                let id = try #require(item["id"]?.string)
                guard let structure = item["structure"] else {
                    copy[id] = nil
                    continue
                }
                var json = JSONWriter()
                json.value(structure)
                copy[id] = json.bytes
            }
            if lost {
                // Half of the page was written, and its cursor was not.
                self.copy = copy
                deaths += 1
                return false
            }
            (self.copy, cursor) = (copy, answer.json["next_cursor"]?.string)
            return answer.json["at_end"] == true
        }

        var count: Int { copy.count }

        /// As an export gives it out.
        var lines: [UInt8] { copy.sorted { $0.key < $1.key }.flatMap { $0.value + [UInt8(ascii: "\n")] } }
    }
}
