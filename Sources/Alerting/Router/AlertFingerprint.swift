internal import Model

extension Labels {
    /// The number by which Alertmanager names an alert: FNV-1a over names and values, each closed by a byte 255.
    var fingerprint: UInt64 {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        for label in self {
            for byte in label.name.utf8 { add(byte) }
            add(255)
            for byte in label.value.utf8 { add(byte) }
            add(255)
        }
        return hash
    }

    /// Names and values as a dictionary.
    var texts: [String: String] { Dictionary(map { ($0.name, $0.value) }) { $1 } }
}

/// Writes fingerprints as Alertmanager's API does.
enum FingerprintText {
    static func text(_ fingerprint: UInt64) -> String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000_000_000
    }
}
