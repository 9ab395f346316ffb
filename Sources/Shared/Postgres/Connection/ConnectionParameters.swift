extension DatabaseConfiguration {
    /// libpq's connection parameters («Parameter Key Words»). All that matters is set, so that `PG...` variables of the
    /// environment change nothing.
    var connectionParameters: [(keyword: String, value: String)] {
        var parameters = [
            (keyword: "host", value: host), ("port", String(port)), ("dbname", database), ("user", user),
            ("application_name", applicationName), ("client_encoding", "UTF8"), ("gssencmode", "disable"),
            ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "15000"), ("options", sessionOptions),
        ]
        if let password { parameters.append(("password", password.text)) }
        switch encryption {
        case .disabled: parameters.append(("sslmode", "disable"))
        case .required: parameters.append(("sslmode", "require"))
        case .verified(let authorities):
            parameters.append(("sslmode", "verify-full"))
            parameters.append(("sslrootcert", authorities))
        }
        return parameters
    }

    private var sessionOptions: String {
        let settings = [
            "statement_timeout=\(statementTimeout.wholeMilliseconds)",
            "idle_in_transaction_session_timeout=\(idleInTransactionTimeout.wholeMilliseconds)",
            "client_min_messages=warning", "timezone=UTC", "datestyle=ISO", "intervalstyle=iso_8601",
        ]
        return settings.map { "-c \($0)" }.joined(separator: " ")
    }
}

extension Duration {
    /// At least 1, because 0 would mean «no limit» to PostgreSQL.
    var wholeMilliseconds: Int { max(1, Int((self / .milliseconds(1)).rounded(.up))) }
}
