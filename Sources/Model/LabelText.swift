/// How labels are written in PromQL and in the exposition formats.
public enum LabelText {
    /// `value` in double quotes, with `\`, `"` and line feeds escaped.
    public static func quoted(_ value: String) -> String {
        var text = "\""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "\""
    }

    /// Whether `name` may stand in PromQL without quotes as a metric's name: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static func isClassicMetricName(_ name: String) -> Bool { isClassic(name, colon: true) }

    /// Whether `name` may stand in PromQL without quotes as a label's name: `[a-zA-Z_][a-zA-Z0-9_]*`.
    public static func isClassicLabelName(_ name: String) -> Bool { isClassic(name, colon: false) }

    private static func isClassic(_ name: String, colon: Bool) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            case UInt8(ascii: ":"): colon
            default: false
            }
        }
    }
}
