package import Foundation

/// Instants on the wire: RFC 3339, always in UTC with `Z`, to the millisecond where there are any.
package enum RFC3339 {
    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z` or with a numeric offset; nil for anything else, such as a day that no
    /// calendar has, 24:00 or a leap second (no clock of ours could store it).
    package static func parse(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35, bytes[10] == UInt8(ascii: "T"),
            let day = CalendarDate(text: String(decoding: bytes[0..<10], as: UTF8.self)),
            let time = secondOfDay(bytes[11..<19])
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard digits.count <= 9, let value = decimal(digits) else { return nil }
            fraction = Double(value) / pow(10, Double(digits.count))
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let whole = day.daysSinceEpoch * 86_400 + time - offset
        // An offset may carry it out of the years that can be written.
        guard CalendarDate(daysSinceEpoch: floorDivide(whole, by: 86_400).quotient) != nil else { return nil }
        return Date(timeIntervalSince1970: Double(whole) + fraction)
    }

    package static func format(_ instant: Date) -> String {
        let milliseconds = Int((instant.timeIntervalSince1970 * 1000).rounded())
        let (days, rest) = floorDivide(milliseconds, by: 86_400_000)
        let day = CalendarDate(daysSinceEpoch: days)?.text ?? "0000-00-00"
        let seconds = rest / 1000
        let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        let fraction = rest % 1000 == 0 ? "" : ".\(padded(rest % 1000, 3))"
        return "\(day)T\(clock)\(fraction)Z"
    }

    private static func secondOfDay(_ bytes: ArraySlice<UInt8>) -> Int? {
        let colon = UInt8(ascii: ":")
        let start = bytes.startIndex
        guard bytes[start + 2] == colon, bytes[start + 5] == colon,
            let hour = decimal(bytes[start..<(start + 2)]), let minute = decimal(bytes[(start + 3)..<(start + 5)]),
            let second = decimal(bytes[(start + 6)..<(start + 8)]), hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// `Z` or `±hh:mm`, in seconds.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        guard bytes.count == 6, let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return nil
        }
        let digits = bytes.dropFirst()
        let start = digits.startIndex
        guard digits[start + 2] == UInt8(ascii: ":"), let hours = decimal(digits[start..<(start + 2)]),
            let minutes = decimal(digits[(start + 3)...]), hours < 24, minutes < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func floorDivide(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
