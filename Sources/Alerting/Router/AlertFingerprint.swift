internal import Base
internal import Model

extension Labels {
    /// The number by which Alertmanager names an alert: FNV-1a over names and values, each closed by a byte 255.
    var fingerprint: UInt64 {
        var hash = FNV1a()
        for label in self {
            for byte in label.name.utf8 { hash.add(byte) }
            hash.add(255)
            for byte in label.value.utf8 { hash.add(byte) }
            hash.add(255)
        }
        return hash.value
    }

    /// Names and values as a dictionary.
    var texts: [String: String] { Dictionary(map { ($0.name, $0.value) }) { $1 } }
}

/// Writes fingerprints as Alertmanager's API does.
enum FingerprintText {
    static func text(_ fingerprint: UInt64) -> String { Hexadecimal.padded(fingerprint) }
}
