/// Addresses that stand in examples. Nothing is ever sent to them.
package enum Placeholders {
    /// The placeholder that `text` holds (`example.com`, `YOUR/WEBHOOK` …), or `nil`.
    package static func found(in text: String) -> String? {
        for marker in ["YOUR/WEBHOOK", "YOUR_", "REPLACE_ME"] where text.contains(marker) { return marker }
        let bytes = Array(text.lowercased().utf8)
        for domain in ["example.com", "example.org", "example.net"] {
            let wanted = Array(domain.utf8)
            guard bytes.count >= wanted.count else { continue }
            for start in 0...(bytes.count - wanted.count) where bytes[start...].starts(with: wanted) {
                let end = start + wanted.count
                let begins = start == 0 || !isWordByte(bytes[start - 1])
                let ends = end == bytes.count || !(isWordByte(bytes[end]) || bytes[end] == UInt8(ascii: "."))
                if begins, ends { return domain }
            }
        }
        return nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
