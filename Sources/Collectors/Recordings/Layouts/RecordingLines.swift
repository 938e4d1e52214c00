/// Recordings that were found, as lines for `watchpost.yml`.
package enum RecordingLines {
    /// The camera's entry of `cameras`.
    package static func camera(_ laid: LaidRecordings) -> String {
        laid.hasPauses
            ? "  # Its recorder pauses, as on motion; without record, that would be no recording.\n"
                + "  - { id: \(text(laid.camera)), record: motion }"
            : "  - { id: \(text(laid.camera)) }"
    }

    /// Its entry of `recordings`.
    package static func recording(_ laid: LaidRecordings) -> String {
        "  - { camera: \(text(laid.camera)), path: \(quoted(laid.path)), segment: \(laid.segmentSeconds)s }"
    }

    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

    /// A text as YAML has it; in quotes where it would be something else.
    private static func text(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { byte in
                byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a || byte >= 0x30 && byte <= 0x39 || byte == 0x5f
                    || byte == 0x2d
            } && text.utf8.first.map { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a } == true
        return isPlain && !words.contains(text.lowercased()) ? text : quoted(text)
    }

    /// A text as YAML has it in double quotes, without anything that ends a line or steers a terminal.
    package static func quoted(_ text: String) -> String {
        var shown = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": shown += "\\" + String(scalar)
            // What ends a line, or steers a terminal.
            case _
            where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                || [0x2028, 0x2029, 0xfeff].contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown + "\""
    }
}
