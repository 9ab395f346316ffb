extension String {
    /// Whether this is the field name `lowercase`, without regard to the case of ASCII letters (RFC 9110 §5.1).
    ///
    /// Asked several times per request and response, so it allocates nothing and looks at the length first.
    func isFieldName(_ lowercase: StaticString) -> Bool {
        guard utf8.count == lowercase.utf8CodeUnitCount else { return false }
        var position = lowercase.utf8Start
        for byte in utf8 {
            guard byte | 0x20 == position.pointee else { return false }
            position += 1
        }
        return true
    }
}
