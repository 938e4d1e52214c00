import Foundation
import Model

/// The time and the level of a JSON line, under whichever of their usual names they stand.
struct JSONFacts {
    struct Level {
        let name: LevelName
        let written: LogValue
        /// The field in which it stands.
        let field: String

        var isCanonical: Bool { written == .string(name.rawValue) }
    }

    var timestamp: Int64?
    var level: Level?

    private static let timeKeys = [
        "@timestamp", "timestamp", "time", "ts", "datetime", "asctime", "@t", "t", "t.$date", "timeMillis",
        "instant.epochSecond", "Timestamp", "eventTime", "__REALTIME_TIMESTAMP",
    ]
    private static let levelKeys = [
        "level", "log.level", "severity", "levelname", "lvl", "loglevel", "log_level", "level_name", "severity_text",
        "severityText", "@l", "Level", "LogLevel",
    ]
    /// What the text is called where there is no `message`.
    private static let messageKeys = ["msg", "MESSAGE", "@m", "@mt", "short_message", "log", "event"]

    /// What the value of a name is.
    typealias Lookup = (String) -> LogValue?

    init(_ context: LineContext, _ fields: Lookup) {
        level = JSONFacts.level("", fields)
        timestamp = JSONFacts.time("", context, fields)
    }

    /// - Parameter prefix: what stands in front of the line's own names, as `json.`.
    static func time(_ prefix: String, _ context: LineContext, _ fields: Lookup) -> Int64? {
        for key in timeKeys {
            guard let value = fields(prefix + key), let time = time(value, context) else { continue }
            if key == "instant.epochSecond", case .integer(let nanoseconds) = fields(prefix + "instant.nanoOfSecond") {
                return time + nanoseconds / 1_000_000
            }
            return time
        }
        return nil
    }

    /// The time that a value is.
    static func time(_ value: LogValue, _ context: LineContext) -> Int64? {
        switch value {
        case .string(let text):
            if let time = TimeText.whole(text, context) { return time }
            return text.utf8.count >= 10 ? Double(text).flatMap { TimeText.epoch($0, now: context.now) } : nil
        case .integer(let number):
            return number >= 1_000_000_000 ? TimeText.epoch(Double(number), now: context.now) : nil
        case .double(let number): return number >= 1e9 ? TimeText.epoch(number, now: context.now) : nil
        default: return nil
        }
    }

    /// - Parameter prefix: what stands in front of the line's own names, as `json.`.
    static func level(_ prefix: String, _ fields: Lookup) -> Level? {
        for key in levelKeys {
            guard let value = fields(prefix + key), let name = name(value, key, prefix, fields) else { continue }
            return Level(name: name, written: value, field: prefix + key)
        }
        // journald, MongoDB, the parser of syslog
        for key in ["PRIORITY", "log.syslog.severity.code"] {
            guard let value = fields(prefix + key), let number = whole(value), let name = LevelName(syslog: number)
            else {
                continue
            }
            return Level(name: name, written: value, field: prefix + key)
        }
        if fields(prefix + "t.$date") != nil, case .string(let letter)? = fields(prefix + "s"),
            let name = LevelName(String(letter.prefix(1)))
        {
            return Level(name: name, written: .string(letter), field: prefix + "s")
        }
        return nil
    }

    private static func name(
        _ value: LogValue, _ key: String, _ prefix: String, _ fields: Lookup
    ) -> LevelName? {
        if case .string(let text) = value, let name = LevelName(text) { return name }
        guard let number = whole(value) else { return nil }
        if let name = LevelName(pino: number) { return name }
        let isSyslog = key == "severity" || fields(prefix + "short_message") != nil
        return isSyslog ? LevelName(syslog: number) : nil
    }

    private static func whole(_ value: LogValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// The text of a line that calls it otherwise.
    static func message(_ fields: Lookup) -> String? {
        for key in messageKeys {
            if case .string(let text)? = fields(key), !text.isEmpty { return text }
        }
        return nil
    }

    /// The time of a line that is not JSON as it was cut off.
    static func time(inBroken text: String, _ context: LineContext) -> Int64? {
        let head = String(decoding: text.utf8.prefix(256), as: UTF8.self)
        for key in timeKeys.prefix(4) {
            guard let range = head.firstRange(of: "\"\(key)\":") else { continue }
            let rest = head[range.upperBound...].drop { $0 == " " }
            let value =
                rest.first == "\""
                ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0.isNumber || $0 == "." }
            // What was cut off in the middle says less than it did.
            guard value.endIndex < head.endIndex else { continue }
            return time(.string(String(value)), context)
        }
        return nil
    }
}
