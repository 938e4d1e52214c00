package import ConfigText
internal import Foundation

/// Reads an entry of `time_intervals`: spans of days and times that come again.
package enum TimeIntervalReader {
    private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    package static func named(_ reader: MappingReader) -> (name: Located<String>, intervals: [TimeIntervalConfig])? {
        let name = reader.required("name", mend: "write name")
        let intervals = reader.mappings("time_intervals", interval)
        return name.map { ($0, intervals) }
    }

    /// One span of those that a name stands for, or of a camera's.
    package static func interval(_ reader: MappingReader) -> TimeIntervalConfig? {
        var interval = TimeIntervalConfig()
        interval.times = reader.mappings("times", time)
        interval.weekdays = ranges("weekdays", in: reader, within: 0...6) { weekdays.firstIndex(of: $0) }
        interval.daysOfMonth = days(in: reader)
        interval.months = ranges("months", in: reader, within: 1...12) { text in
            months.firstIndex(of: text).map { $0 + 1 } ?? Int(text)
        }
        interval.years = ranges("years", in: reader, within: 0...9_999) { Int($0) }
        if let location = reader.located("location"), !location.value.isEmpty {
            if TimeZone(identifier: location.value) == nil, location.value != "Local" {
                reader.problems.error(
                    at: location.position, "there is no time zone \"\(location.value)\"",
                    mend: "write a name such as Asia/Ho_Chi_Minh")
            }
            interval.location = location.value
        }
        return interval
    }

    private static func time(_ reader: MappingReader) -> Range<Int>? {
        let (begin, finish) = (minutes("start_time", in: reader), minutes("end_time", in: reader))
        guard let start = begin, let end = finish else { return nil }
        guard start < end else {
            reader.error("start_time is not before end_time", mend: "for a span over midnight write two")
            return nil
        }
        return start..<end
    }

    private static func minutes(_ key: String, in reader: MappingReader) -> Int? {
        guard let text = reader.required(key, mend: "write \(key): \"08:00\"") else { return nil }
        let parts = text.value.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]),
            (0...59).contains(minutes), (0...23).contains(hours) || (hours == 24 && minutes == 0)
        {
            return hours * 60 + minutes
        }
        reader.problems.error(
            at: text.position, "\(key) is \"\(text.value)\"", mend: "write it as \"08:00\", in quotes")
        return nil
    }

    /// A value or the two ends of a range, as they stand in the file.
    private typealias Ends = (first: Int, last: Int, position: SourcePosition, text: String)

    private static func ends(
        _ key: String, in reader: MappingReader, within bounds: ClosedRange<Int>, _ number: (String) -> Int?
    ) -> [Ends] {
        reader.texts(key).compactMap { text in
            let ends = text.value.lowercased().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            let numbers = ends.compactMap(number)
            guard (1...2).contains(ends.count), numbers.count == ends.count, numbers.allSatisfy(bounds.contains) else {
                reader.problems.error(
                    at: text.position, "\(key) has \"\(text.value)\"", mend: "write one value, or FIRST:LAST")
                return nil
            }
            return (numbers[0], numbers[numbers.count - 1], text.position, text.value)
        }
    }

    private static func refuse(_ ends: Ends, _ key: String, in reader: MappingReader) {
        reader.problems.error(
            at: ends.position, "\(key) has \"\(ends.text)\", which ends before it begins", mend: "swap the ends")
    }

    private static func ranges(
        _ key: String, in reader: MappingReader, within bounds: ClosedRange<Int>, _ number: (String) -> Int?
    ) -> [ClosedRange<Int>] {
        ends(key, in: reader, within: bounds, number).compactMap { ends in
            if ends.first <= ends.last { return ends.first...ends.last }
            refuse(ends, key, in: reader)
            return nil
        }
    }

    /// Days count from the month's begin or, below zero, from its end, so that a range is only known to be empty
    /// where it is so in the longest month.
    private static func days(in reader: MappingReader) -> [TimeIntervalConfig.DayRange] {
        let key = "days_of_month"
        return ends(key, in: reader, within: -31...31) { Int($0).flatMap { $0 == 0 ? nil : $0 } }.compactMap { ends in
            func inLongestMonth(_ day: Int) -> Int { day < 0 ? 31 + day + 1 : day }
            let isMixed = ends.first < 0 && ends.last > 0
            if !isMixed, inLongestMonth(ends.first) <= inLongestMonth(ends.last) {
                return TimeIntervalConfig.DayRange(first: ends.first, last: ends.last)
            }
            refuse(ends, key, in: reader)
            return nil
        }
    }
}
