/// Addresses that stand percent-encoded within others, as the `target` of a prober does: what is secret in them is taken
/// out, and the rest stays as it was.
enum EncodedAddresses {
    static func redacted(_ text: String) -> String {
        if !(text.utf8.withContiguousStorageIfAvailable { $0.contains(separator[0]) } ?? true) { return text }
        var bytes = Array(text.utf8)
        var searched = bytes.count
        var isChanged = false
        // From the last to the first, so that places before a change stay true.
        while let separator = lastSeparator(in: bytes[..<searched]) {
            let start = bytes[..<separator].lastIndex(where: endsValue).map { $0 + 1 } ?? 0
            let end = bytes[separator...].firstIndex(where: endsValue) ?? bytes.count
            let plain = FormFields.decoded(String(decoding: bytes[start..<end], as: UTF8.self))
            let shown = Redaction.urls(in: plain)
            if shown != plain {
                bytes.replaceSubrange(start..<end, with: FormFields.encoded(shown).utf8)
                isChanged = true
            }
            searched = start
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    private static let separator = Array("%3a%2f%2f".utf8)

    private static func lastSeparator(in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= separator.count else { return nil }
        for start in stride(from: bytes.endIndex - separator.count, through: bytes.startIndex, by: -1)
        where bytes[start] == separator[0] {
            let found = bytes[start..<(start + separator.count)]
            if zip(found, separator).allSatisfy({ $0 == $1 || ($0 | 0x20) == $1 }) { return start }
        }
        return nil
    }

    /// What stands unencoded behind a parameter's value, or before it.
    private static func endsValue(_ byte: UInt8) -> Bool { byte <= 32 || "&=?#;\"'<>()[]{},".utf8.contains(byte) }
}
