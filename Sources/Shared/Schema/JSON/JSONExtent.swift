/// How far a JSON value reaches, told byte by byte without reading it: what stands between its ends is for the parser.
struct JSONExtent {
    /// A number or a literal, which ends where anything else begins.
    let isBare: Bool
    private(set) var isWhole = false
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    init(of first: UInt8) {
        isBare = ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains(first)
    }

    /// - Parameter bytes: those that follow.
    /// - Returns: how many of them belong to the value.
    mutating func advance(over bytes: ArraySlice<UInt8>) -> Int {
        for (count, byte) in bytes.enumerated() {
            if isBare {
                if Self.endsBare(byte) { isWhole = true }
                if isWhole { return count }
            } else {
                look(at: byte)
                if isWhole { return count + 1 }
            }
        }
        return bytes.count
    }

    private mutating func look(at byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if isInText {
            isEscaped = byte == UInt8(ascii: "\\")
            isInText = byte != UInt8(ascii: "\"")
            isWhole = !isInText && depth == 0
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                isWhole = depth == 0
            default: break
            }
        }
    }

    private static func endsBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }
}
