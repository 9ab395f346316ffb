/// U+FEFF at the beginning of a file, which editors and spreadsheets write. Files may have it, CSV and NDJSON alike; a
/// JSON text on the wire may not (RFC 8259 §8.1).
package enum ByteOrderMark {
    /// 3 where the bytes begin with one in UTF-8, else 0.
    package static func length(in bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }
}
