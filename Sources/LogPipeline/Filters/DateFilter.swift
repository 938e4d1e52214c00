import ConfigText
import DatePatterns
import LogDocuments

/// `date`: reads a time by patterns and makes it the event's.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-date
struct DateFilter: PipelineFilter {
    private let source: FieldName
    private let patterns: [DatePattern]
    private let target: FieldReference
    /// A zone that the event names.
    private let zone: Interpolation?
    private let failureTags: [String]

    init(_ settings: inout PluginSettings, _ resources: PipelineResources) {
        let match = settings.list("match") ?? []
        let position = settings.raw("match")?.value.position ?? settings.position
        if match.count < 2 {
            settings.problems.error(
                at: position, "match of date has no pattern", mend: "write match => [\"FIELD\", \"PATTERN\", …]")
        }
        source = FieldName(match.first ?? "")
        target = FieldReference(settings.string("target") ?? "@timestamp")
        failureTags = settings.list("tag_on_failure") ?? ["_dateparsefailure"]
        let written = settings.string("timezone").map(Interpolation.init)
        zone = written?.constant == nil ? written : nil
        let fixed = DateFilter.zone(written?.constant ?? resources.timeZone, settings)
        let locale = DateFilter.locale(settings.string("locale"), settings)
        patterns = match.dropFirst().compactMap { text in
            do throws(DatePatternError) {
                return try DatePattern(text, zone: fixed, locale: locale)
            } catch {
                settings.problems.error(at: position, "\(error)", mend: "see the letters of Joda-Time's patterns")
                return nil
            }
        }
        DateTraps.tell(match.dropFirst(), at: position, settings.problems)
    }

    private static func zone(_ name: String?, _ settings: borrowing PluginSettings) -> TimeZoneRule {
        guard let name else { return .host }
        if let zone = TimeZoneRule.named(name) { return zone }
        settings.problems.error(
            at: settings.position, "there is no time zone \"\(name)\"",
            mend: "write a name such as Asia/Ho_Chi_Minh, or UTC")
        return .utc
    }

    private static func locale(_ name: String?, _ settings: borrowing PluginSettings) -> DateLocale {
        guard let name else { return .english }
        if let locale = DateLocale.named(name) { return locale }
        settings.problems.warn(
            at: settings.position, "the names of months of \"\(name)\" are not known here",
            mend: "English ones are taken")
        return .english
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        guard var value = event[source.reference(event)], value != .null else { return .passed }
        if case .array(let values) = value {
            guard let first = values.first else { return .passed }
            value = first
        }
        let named = zone.flatMap { TimeZoneRule.named($0.text(for: event)) }
        if zone == nil || named != nil {
            for pattern in patterns {
                guard let time = Self.time(value, pattern, named, run.now) else { continue }
                if target.root == .timestamp {
                    event.timestamp = time
                    event.hasTimestamp = true
                } else {
                    event[target] = .string(TimestampText.iso8601(time))
                }
                return .matched
            }
        }
        for tag in failureTags { event.addTag(tag) }
        return .passed
    }

    private static func time(_ value: DocumentValue, _ pattern: DatePattern, _ zone: TimeZoneRule?, _ now: Int64)
        -> Int64?
    {
        switch value {
        case .integer(let number):
            (try? pattern.milliseconds(of: number))
                ?? (try? pattern.milliseconds(of: String(number), now: now, zone: zone))
        case .number(let number): try? pattern.milliseconds(of: number)
        default: try? pattern.milliseconds(of: value.fieldText, now: now, zone: zone)
        }
    }
}

/// Patterns that mean something else than people think.
enum DateTraps {
    static func tell(_ patterns: some Sequence<String>, at position: SourcePosition, _ problems: ProblemList) {
        for pattern in patterns {
            let letters = unquoted(pattern)
            let hasMonth = letters.contains("M") || letters.contains("D") || letters.contains("w")
            if !hasMonth, letters.contains("m"), letters.contains("d"), letters.contains("y") || letters.contains("Y") {
                problems.warn(
                    at: position,
                    "\"\(pattern)\" has minutes (mm) where the month should stand: every date is in January",
                    mend: "write MM for the month")
            } else if letters.contains("DD"), letters.contains("y") || letters.contains("Y"), letters.contains("M") {
                problems.warn(
                    at: position, "\"\(pattern)\" has the day of the year (DD) where the day of the month should stand",
                    mend: "write dd")
            }
            if letters.contains("hh") || letters.contains("h:"), !letters.contains("a") {
                problems.warn(
                    at: position, "\"\(pattern)\" has hours from 1 to 12 (hh) without am or pm: 13:00 cannot be read",
                    mend: "write HH, or add a")
            }
        }
    }

    private static func unquoted(_ pattern: String) -> String {
        var isQuoted = false
        return pattern.filter { character in
            if character == "'" { isQuoted.toggle() }
            return !isQuoted && character != "'"
        }
    }
}
