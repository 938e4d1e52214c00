/// What the templates of Alertmanager's notifications may call:
/// https://prometheus.io/docs/alerting/latest/notifications/#functions
package enum NotificationFunctions {
    /// The table for notifications.
    /// - Parameter now: milliseconds since the Unix epoch, for `since`.
    package static func table(now: Int64) -> TemplateFunctions {
        TemplateFunctions.builtIn.adding(TextFunctions.table).adding(fixed).adding([
            "since": { values in
                let time = try TemplateArguments(values, 1).time(0)
                let past = (time.nanoseconds ?? .min) / 1_000_000
                let milliseconds = now.subtractingReportingOverflow(past)
                let nanoseconds = milliseconds.partialValue.multipliedReportingOverflow(by: 1_000_000)
                return .duration(
                    nanoseconds: milliseconds.overflow || nanoseconds.overflow ? .max : nanoseconds.partialValue)
            }
        ])
    }

    private static let fixed: [String: TemplateFunctions.Function] = [
        "trimSpace": { values in
            var text = try TemplateArguments(values, 1).text(0)[...]
            while let first = text.first, first.isWhitespace { text.removeFirst() }
            while let last = text.last, last.isWhitespace { text.removeLast() }
            return .string(String(text))
        },
        "join": { values in
            let arguments = try TemplateArguments(values, 2)
            return .string(try arguments.texts(1).joined(separator: try arguments.text(0)))
        },
        "safeUrl": { .link(try TemplateArguments($0, 1).text(0)) },
        "urlUnescape": { values in
            let text = try TemplateArguments(values, 1).text(0)
            guard let plain = TemplateEscaping.unescapedQuery(text) else {
                throw TemplateFailure("invalid URL escape in \(GoText.quoted(text))")
            }
            return .string(plain)
        },
        "stringSlice": { values in
            .list(try values.indices.map { .string(try TemplateArguments(values, values.count).text($0)) })
        },
        "date": { values in
            let arguments = try TemplateArguments(values, 2)
            return .string(try arguments.time(1).formatted(try arguments.text(0)))
        },
        "tz": { values in
            let arguments = try TemplateArguments(values, 2)
            return .time(try arguments.time(1).moved(to: try arguments.text(0)))
        },
        "humanizeDuration": { .string(Humanizing.duration(try TemplateArguments($0, 1).number(0))) },
        "toJson": { .string(TemplateJSON.text(of: try TemplateArguments($0, 1).values[0])) },
    ]
}

/// Values as JSON, for notifications to programs.
enum TemplateJSON {
    static func text(of value: TemplateValue) -> String {
        switch value {
        case .none: return "null"
        case .bool, .integer: return value.printed
        case .number(let number): return number.isFinite ? GoText.number(number) : "null"
        case .string(let text), .markup(let text), .link(let text): return quoted(text)
        case .named(let number, _): return String(number)
        case .list(let list): return "[" + list.map(text).joined(separator: ",") + "]"
        case .map(let map):
            return "{" + map.sortedEntries.map { quoted($0.key) + ":" + text(of: $0.value) }.joined(separator: ",")
                + "}"
        case .time(let time): return quoted(time.rfc3339)
        case .duration(let nanoseconds): return String(nanoseconds)
        case .object(let object): return text(of: object.underlying)
        }
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "<", ">", "&": output += "\\u" + GoText.hexadecimal(UInt64(scalar.value), width: 4)
            case _ where scalar.value < 0x20: output += "\\u" + GoText.hexadecimal(UInt64(scalar.value), width: 4)
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
