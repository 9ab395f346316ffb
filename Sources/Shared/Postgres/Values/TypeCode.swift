/// A type's object identifier in PostgreSQL's catalogue (`pg_type.oid`); those of built-in types never change.
package struct TypeCode: Hashable, Sendable {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    static let bool = TypeCode(16)
    static let bytea = TypeCode(17)
    static let name = TypeCode(19)
    static let int8 = TypeCode(20)
    static let int2 = TypeCode(21)
    static let int4 = TypeCode(23)
    static let text = TypeCode(25)
    static let oid = TypeCode(26)
    static let json = TypeCode(114)
    static let float4 = TypeCode(700)
    static let float8 = TypeCode(701)
    static let unknown = TypeCode(705)
    static let bpchar = TypeCode(1042)
    static let varchar = TypeCode(1043)
    static let date = TypeCode(1082)
    static let timestamptz = TypeCode(1184)
    static let uuid = TypeCode(2950)
    static let jsonb = TypeCode(3802)

    static let boolArray = TypeCode(1000)
    static let byteaArray = TypeCode(1001)
    static let int4Array = TypeCode(1007)
    static let textArray = TypeCode(1009)
    static let int8Array = TypeCode(1016)
    static let float8Array = TypeCode(1022)
    static let dateArray = TypeCode(1182)
    static let timestamptzArray = TypeCode(1185)
    static let uuidArray = TypeCode(2951)
    static let jsonArray = TypeCode(199)
    static let nameArray = TypeCode(1003)
    static let int2Array = TypeCode(1005)
    static let bpcharArray = TypeCode(1014)
    static let varcharArray = TypeCode(1015)
    static let float4Array = TypeCode(1021)
    static let jsonbArray = TypeCode(3807)

    private static let readableArrays: Set<TypeCode> = [
        .boolArray, .byteaArray, .int4Array, .textArray, .int8Array, .float8Array, .dateArray, .timestamptzArray,
        .uuidArray, .jsonbArray, .jsonArray, .nameArray, .int2Array, .bpcharArray, .varcharArray, .float4Array,
    ]

    /// Whether this is an array whose elements say their type themselves; which elements a Swift type reads is for that
    /// type to judge.
    var isArray: Bool { Self.readableArrays.contains(self) || rawValue >= Self.firstUserDefined.rawValue }

    /// Types made after the database was (enumerations, extensions' types) are numbered from here
    /// (`FirstNormalObjectId`).
    static let firstUserDefined = TypeCode(16_384)
}
