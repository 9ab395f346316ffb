internal import CLibPQ

extension DatabaseConfiguration {
    /// From a `postgresql://` URL or `keyword=value` text, as libpq reads them: host, port, database, user, password and
    /// nothing else.
    ///
    /// - Throws: ``DatabaseError`` where libpq cannot read it or something else is asked for. Never shows the text.
    package init(parsing text: String) throws(DatabaseError) {
        guard let options = PQconninfoParse(text, nil) else {
            throw DatabaseError(.other, note: "no connection URL")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        guard let host = values.removeValue(forKey: "host"), let database = values.removeValue(forKey: "dbname"),
            let user = values.removeValue(forKey: "user"), let port = Int(values.removeValue(forKey: "port") ?? "5432")
        else { throw DatabaseError(.other, note: "a connection URL needs host, port, database and user") }
        let password = values.removeValue(forKey: "password").map { Password($0) }
        guard values.isEmpty else {
            let names = values.keys.sorted().joined(separator: ", ")
            throw DatabaseError(.other, note: "a connection URL cannot set \(names)")
        }
        self.init(host: host, port: port, database: database, user: user, password: password)
    }
}
