import LogDocuments

/// Events as the codec `rubydebug` prints them: for people who look at what a pipeline does.
package enum RubyDebug {
    private static let indent = 4

    /// - Parameter showsMetadata: whether `@metadata` is printed, as `metadata => true` has it.
    package static func text(_ event: PipelineEvent, showsMetadata: Bool = false) -> String {
        var document = event.printed
        if !showsMetadata { document.removeValue(named: "@metadata") }
        var text = ""
        write(document, depth: 1, isEvent: true, to: &text)
        return text
    }

    private static func write(_ object: Document, depth: Int, isEvent: Bool = false, to text: inout String) {
        if object.isEmpty {
            text += "{}"
            return
        }
        let names = object.members.map { quoted($0.name) }
        // Names end in one column.
        let width = (names.map(\.count).max() ?? 0) + depth * indent
        text += "{\n"
        for (place, member) in object.members.enumerated() {
            text += String(repeating: " ", count: width - names[place].count) + names[place] + " => "
            // A time is no text, and has no quotes.
            if isEvent, member.name == "@timestamp", case .string(let time) = member.value {
                text += time
            } else {
                write(member.value, depth: depth, to: &text)
            }
            text += place + 1 < names.count ? ",\n" : "\n"
        }
        text += String(repeating: " ", count: (depth - 1) * indent) + "}"
    }

    private static func write(_ value: DocumentValue, depth: Int, to text: inout String) {
        switch value {
        case .null: text += "nil"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .number(let value): text += "\(value)"
        case .string(let value): text += quoted(value)
        case .object(let object): write(object, depth: depth + 1, to: &text)
        case .array(let values) where values.isEmpty: text += "[]"
        case .array(let values):
            let digits = String(values.count - 1).count
            text += "[\n"
            for (place, value) in values.enumerated() {
                let number = String(place)
                text += String(repeating: " ", count: (depth + 1) * indent) + "["
                text += String(repeating: " ", count: digits - number.count) + number + "] "
                write(value, depth: depth + 1, to: &text)
                text += place + 1 < values.count ? ",\n" : "\n"
            }
            text += String(repeating: " ", count: depth * indent) + "]"
        }
    }

    /// As Ruby shows a text.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{1b}": result += "\\e"
            case "\u{0}"..<" ", "\u{7f}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
