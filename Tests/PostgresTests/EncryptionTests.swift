import Foundation
import Postgres
import Support
import Testing

@Suite("Encryption")
struct EncryptionTests {
    /// Restarts the cluster with a certificate for `localhost` that signs itself; gives the certificate's file.
    private func encrypt(_ cluster: PrivateCluster) async throws -> URL {
        let home = "$(cluster_home '\(cluster.directory)')/data"
        try await cluster.run(
            """
            cluster_as_user openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout "\(home)/server.key" -out "\(home)/server.crt" 2>/dev/null
            cluster_stop '\(cluster.directory)'
            cluster_start '\(cluster.directory)' \(cluster.port) ssl=on
            """)
        let connection = try await Connection.open(cluster.configuration)
        let certificate = try await connection.query("select pg_read_file('server.crt')")[0].decode(String.self)
        await connection.close()
        let file = FileManager.default.temporaryDirectory.appending(path: "spro-\(UUID().uuidString).crt")
        try certificate.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test("is used when it is asked for, or there is no connection; a server of another name is refused")
    func encryption() async throws {
        try await PrivateCluster.with { cluster in
            var configuration = cluster.configuration
            configuration.host = "localhost"
            configuration.encryption = .required
            let plain = await kind { _ = try await Connection.open(configuration) }
            #expect(plain == .connectionLost)

            let certificate = try await encrypt(cluster)
            defer { try? FileManager.default.removeItem(at: certificate) }
            for encryption in [.required, .verified(authorities: certificate.path)]
                as [DatabaseConfiguration.Encryption]
            {
                configuration.encryption = encryption
                let connection = try await Connection.open(configuration)
                let large = try await connection.query(
                    """
                    select ssl, repeat('x', 1000000), \(String(repeating: "y", count: 1_000_000))
                    from pg_stat_ssl where pid = pg_backend_pid()
                    """)
                let (isEncrypted, received, sent) = try large[0].decode((Bool, String, String).self)
                #expect(isEncrypted && received.count == 1_000_000 && sent.count == 1_000_000)
                await connection.close()
            }
            configuration.host = "127.0.0.1"
            let otherName = await kind { _ = try await Connection.open(configuration) }
            #expect(otherName == .connectionLost)
        }
    }
}
