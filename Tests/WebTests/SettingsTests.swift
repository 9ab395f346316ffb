import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@Suite("Settings")
struct SettingsTests {
    private static let canary = "canari-2f9c"
    private static let required = [
        "SPRO_TOKEN_ISSUER": "https://issuer.test", "SPRO_TOKEN_KEYS": "https://issuer.test/jwks.json",
    ]

    /// What a service would complain of that reads the host's settings, its database's and a cursor key.
    private func complaints(_ environment: [String: String], key: String? = SettingsTests.key) -> [String] {
        var environment = Self.required.merging(environment) { $1 }
        if let key { environment["SPRO_CURSOR_KEY"] = key }
        let settings = Settings(environment: environment)
        _ = HostSettings(settings, defaultPort: 8081)
        _ = DatabaseConfiguration(settings, service: "directory", role: .runtime)
        _ = CursorCoder(settings)
        do {
            try settings.finish()
            return []
        } catch {
            #expect(error.complaints.allSatisfy { error.description.contains($0) })
            return error.complaints
        }
    }

    private static let key = Data(repeating: 1, count: 32).base64EncodedString()

    @Test("have documented defaults")
    func defaults() throws {
        let settings = Settings(environment: Self.required.merging(["PATH": "/bin", "SPROX": "1"]) { $1 })
        let host = HostSettings(settings, defaultPort: 8081)
        let database = DatabaseConfiguration(settings, service: "directory", role: .runtime)
        try settings.finish()
        #expect(host.host == "127.0.0.1" && host.port == 8081 && host.operationsPort == 9081 && host.origins == [])
        #expect(host.drainSeconds == 3 && host.logLevel == "info" && host.issuer == "https://issuer.test")
        #expect(database.host == "127.0.0.1" && database.port == 5432 && database.database == "directory")
        #expect(database.user == "directory_runtime" && database.password == nil)
    }

    @Test("are read from the environment")
    func given() throws {
        let settings = Settings(
            environment: Self.required.merging([
                "SPRO_HTTP_HOST": "0.0.0.0", "SPRO_HTTP_PORT": "0", "SPRO_OPERATIONS_PORT": "9",
                "SPRO_LOG_LEVEL": "debug",
                "SPRO_CORS_ORIGINS": "https://a.fr,http://localhost:5173", "SPRO_DATABASE_HOST": "/run/pg",
                "SPRO_DATABASE_CONNECTIONS": "100", "SPRO_WORKER_CONNECTIONS": "5", "SPRO_WORKER_USER": "busy",
            ]) { $1 })
        let host = HostSettings(settings, defaultPort: 8081)
        let database = DatabaseConfiguration(settings, service: "directory", role: .runtime)
        let workers = DatabaseConfiguration(settings, service: "directory", role: .worker)
        try settings.finish()
        #expect(host.host == "0.0.0.0" && host.port == 0 && host.operationsPort == 9 && host.logLevel == "debug")
        #expect(host.origins == ["https://a.fr", "http://localhost:5173"])
        #expect(
            database.host == "/run/pg" && database.maximumConnections == 100 && database.user == "directory_runtime")
        #expect(workers.host == "/run/pg" && workers.maximumConnections == 5 && workers.user == "busy")
    }

    @Test(
        "a malformed or unknown one is named, and its value is not shown",
        arguments: [
            ("SPRO_HTTP_PORT", "65536"), ("SPRO_HTTP_PORT", "-1"), ("SPRO_HTTP_PORT", "80a"), ("SPRO_HTTP_PORT", "8e3"),
            ("SPRO_HTTP_PORT", " 80"), ("SPRO_OPERATIONS_PORT", "x"), ("SPRO_DRAIN_SECONDS", "601"),
            ("SPRO_LOG_LEVEL", "INFO"), ("SPRO_LOG_LEVEL", "trace"), ("SPRO_TOKEN_KEYS", "jwks.json"),
            ("SPRO_TOKEN_KEYS", "file:///jwks.json"), ("SPRO_CORS_ORIGINS", "*"), ("SPRO_CORS_ORIGINS", "a.fr"),
            ("SPRO_CORS_ORIGINS", "https://a.fr/"), ("SPRO_CORS_ORIGINS", "https://a.fr, https://b.fr"),
            ("SPRO_CORS_ORIGINS", "https://a.fr?x"), ("SPRO_CORS_ORIGINS", "https://a.fr#x"),
            ("SPRO_CORS_ORIGINS", "https://u@a.fr"), ("SPRO_CORS_ORIGINS", "https://A.fr"),
            ("SPRO_CORS_ORIGINS", "https://a.fr:443"), ("SPRO_CORS_ORIGINS", "ftp://a.fr"),
            ("SPRO_CORS_ORIGINS", "null"),
            ("SPRO_DATABASE_PORT", "0"), ("SPRO_DATABASE_CONNECTIONS", "101"), ("SPRO_DATABASE_CONNECTIONS", "0"),
            ("SPRO_HTTP_PROT", "80"), ("SPRO_", "x"), ("SPRO_DATABASE_PASWORD", "canari-2f9c"),
            ("SPRO_CURSOR_KEY", "canari-2f9c"), ("SPRO_CURSOR_KEY", "Y2FuYXJp"),
            ("SPRO_CURSOR_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ])
    func malformed(_ name: String, _ value: String) {
        let found = complaints([name: value], key: name == "SPRO_CURSOR_KEY" ? nil : Self.key)
        #expect(found.count == 1 && found.first?.contains(name) == true, "\(found)")
        #expect(!found.joined().contains(Self.canary))
        if value.count > 8 { #expect(!found.joined().contains(value), "\(found)") }
    }

    @Test("all mistakes are named at once")
    func together() {
        let found = complaints(
            ["SPRO_TOKEN_ISSUER": "", "SPRO_HTTP_PORT": "x", "SPRO_A": "1", "SPRO_B": "2"], key: nil)
        #expect(
            found.map { $0.split(separator: " ")[0].trimmingCharacters(in: ["…", ":"]) }.sorted() == [
                "SPRO_A", "SPRO_B", "SPRO_CURSOR_KEY", "SPRO_HTTP_PORT", "SPRO_TOKEN_ISSUER",
            ])
        let settings = Settings(environment: [:])
        _ = HostSettings(settings, defaultPort: 1)
        #expect {
            try settings.finish()
        } throws: {
            ($0 as? Settings.Failure)?.complaints == ["SPRO_TOKEN_ISSUER is required", "SPRO_TOKEN_KEYS is required"]
        }
    }

    @Test("a secret stands in its variable or in a file, whose last line break is no part of it")
    func secrets() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func secret(_ environment: [String: String], isRequired: Bool = true) throws -> String? {
            let settings = Settings(environment: environment)
            let secret = settings.secret("database.password", isRequired: isRequired)
            try settings.finish()
            return secret?.revealed
        }
        func file(_ text: String) throws -> [String: String] {
            let file = folder.appending(path: UUID().uuidString)
            try Data(text.utf8).write(to: file)
            return ["SPRO_DATABASE_PASSWORD_FILE": file.path]
        }
        #expect(try secret(["SPRO_DATABASE_PASSWORD": "s3 cret "]) == "s3 cret ")
        for (text, expected) in [
            ("s3", "s3"), ("s3\n", "s3"), ("s3\r\n\n", "s3"), (" s3 \n", " s3 "), ("a\nb\n", "a\nb"),
        ] {
            #expect(try secret(file(text)) == expected)
        }
        #expect(try secret([:], isRequired: false) == nil)
        for environment in [
            [:], ["SPRO_DATABASE_PASSWORD_FILE": "/nowhere/\(Self.canary)"], try file(""), try file("\n"),
            ["SPRO_DATABASE_PASSWORD": ""], ["SPRO_DATABASE_PASSWORD_FILE": folder.path],
        ] {
            #expect {
                try secret(environment)
            } throws: { error in
                let text = "\(error)"
                return text.contains("SPRO_DATABASE_PASSWORD") && !text.contains(Self.canary)
            }
        }
        // An empty key must not become a key that everybody knows.
        let empty = try #require(try file("")["SPRO_DATABASE_PASSWORD_FILE"])
        for environment in [["SPRO_CURSOR_KEY": ""], ["SPRO_CURSOR_KEY_FILE": empty]] {
            let settings = Settings(environment: environment)
            _ = CursorCoder(settings)
            #expect(throws: Settings.Failure.self) { try settings.finish() }
        }
    }

    @Test("a secret given both ways is refused, whatever each way says")
    func secretTwice() {
        for (name, file) in [("SPRO_DATABASE_PASSWORD", "/nowhere"), ("SPRO_CURSOR_KEY", Repository.path("README.md"))]
        {
            let found = complaints([name: Self.key, name + "_FILE": file], key: nil).filter { $0.contains(name) }
            #expect(found == ["\(name) and \(name)_FILE are both given: which one is meant?"])
        }
    }

    @Test("the authorities of TLS are a file of certificates")
    func authorities() throws {
        let name = "SPRO_DATABASE_TLS_AUTHORITIES"
        for file in ["/nowhere/ca.pem", "/tmp", Repository.path("README.md")] {
            let found = complaints([name: file])
            #expect(found.count == 1 && found.first?.contains(name) == true, "\(file)")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
        try Data("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(complaints([name: file.path]) == [])
    }

    @Test("a secret's value is in no description")
    func discretion() throws {
        let settings = Settings(
            environment: Self.required.merging(["SPRO_DATABASE_PASSWORD": Self.canary, "SPRO_OOPS": Self.canary]) { $1 }
        )
        let database = DatabaseConfiguration(settings, service: "directory", role: .runtime)
        #expect(database.password != nil)
        #expect(!"\(database)\(String(reflecting: database))".contains(Self.canary))
        do {
            try settings.finish()
            Issue.record("SPRO_OOPS is not known")
        } catch {
            #expect(!"\(error)\(String(reflecting: error))".contains(Self.canary))
        }
    }
}
