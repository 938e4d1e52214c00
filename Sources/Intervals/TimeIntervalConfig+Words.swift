extension TimeIntervalConfig {
    private static let weekdayNames = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]

    /// The span as the file has it, in a line: `saturday:sunday 22:00-24:00 (Asia/Ho_Chi_Minh)`.
    package var words: String {
        func clock(_ minutes: Int) -> String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return two(minutes / 60) + ":" + two(minutes % 60)
        }
        func list(_ ranges: [ClosedRange<Int>], _ name: (Int) -> String) -> String {
            ranges.map {
                $0.lowerBound == $0.upperBound ? name($0.lowerBound) : "\(name($0.lowerBound)):\(name($0.upperBound))"
            }
            .joined(separator: ", ")
        }
        let days = daysOfMonth.map { $0.first == $0.last ? "\($0.first)" : "\($0.first):\($0.last)" }
        let parts = [
            list(years, String.init), list(months) { "month \($0)" },
            days.isEmpty ? "" : "days " + days.joined(separator: ", "),
            list(weekdays) { Self.weekdayNames.indices.contains($0) ? Self.weekdayNames[$0] : "\($0)" },
            times.map { "\(clock($0.lowerBound))-\(clock($0.upperBound))" }.joined(separator: ", "),
        ].filter { !$0.isEmpty }
        return (parts.isEmpty ? "always" : parts.joined(separator: " ")) + " (\(location))"
    }
}
