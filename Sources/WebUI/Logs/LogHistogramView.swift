internal import Model
internal import SiteView

/// The histogram of a range, drawn on a field of 100 units in height; columns are 10 wide.
struct LogHistogramView: Sendable {
    struct Column: Sendable {
        let x: Int
        let link: String
        let words: String
        let start: String
        let end: String
        let parts: [Part]
    }

    /// The events of one level in a column.
    struct Part: Sendable {
        let style: String
        let y: String
        let height: String
    }

    struct Mark: Sendable {
        let style: String
        let name: String
        let count: String
    }

    let width: Int
    let columns: [Column]
    /// How high a full column is, in words; `nil` where all are empty.
    let highest: String?
    let begin: ShownMoment
    let middle: ShownMoment
    let end: ShownMoment
    let legend: [Mark]

    /// The least height of a part that has an event: one error among a million is what one looks for.
    private static let least = 2.0

    /// - Returns: `nil` where there are no columns.
    init?(_ histogram: LogHistogram, _ address: LogsAddress, range: TimeRange) {
        let interval = max(1, histogram.interval)
        guard let first = histogram.columns.first, let last = histogram.columns.last else { return nil }
        let most = histogram.columns.map(\.count).max() ?? 0
        width = histogram.columns.count * 10
        highest =
            most == 0
            ? nil
            : say(
                "logs.inInterval",
                ["count": .number(most), "interval": .text(DurationText.text(milliseconds: interval))])
        begin = ShownMoment(max(first.start, range.start))
        end = ShownMoment(min(last.start &+ interval, range.end))
        middle = ShownMoment(first.start &+ (last.start &+ interval &- first.start) / 2)
        var sums: [LogLevel: Int] = [:]
        columns = histogram.columns.enumerated().map { place, column in
            let counts = Self.levels(of: column)
            for (level, count) in counts { sums[level, default: 0] += count }
            let (start, end) = (max(column.start, range.start), min(column.start &+ (interval - 1), range.end))
            return Column(
                x: place * 10, link: address.from(start, to: end).link(), words: Self.words(start, column, counts),
                start: String(start), end: String(end), parts: Self.parts(counts, most: most))
        }
        legend = LogLevel.allCases.compactMap { level in
            sums[level].map { Mark(style: level.style, name: Self.name(level), count: Shown.count($0)) }
        }
    }

    /// Worst first.
    private static func levels(of column: LogHistogram.Column) -> [(level: LogLevel, count: Int)] {
        var counts: [LogLevel: Int] = [:]
        var rest = column.count
        for (value, count) in column.parts ?? [:] {
            counts[LogLevel(value), default: 0] += count
            rest -= count
        }
        if rest > 0 { counts[.other, default: 0] += rest }
        return LogLevel.allCases.compactMap { level in counts[level].map { (level, $0) } }
    }

    /// Parts one on the other, the worst at the bottom, where all of them begin alike.
    private static func parts(_ counts: [(level: LogLevel, count: Int)], most: Int) -> [Part] {
        var heights = counts.map { max(least, 100 * Double($0.count) / Double(max(1, most))) }
        let sum = heights.reduce(0, +)
        if sum > 100 { heights = heights.map { $0 * 100 / sum } }
        var top = 100.0
        return zip(counts, heights).map { count, height in
            top -= height
            return Part(style: count.level.style, y: Shown.decimal(top), height: Shown.decimal(height))
        }
    }

    private static func words(
        _ start: Int64, _ column: LogHistogram.Column, _ counts: [(level: LogLevel, count: Int)]
    ) -> String {
        let levels = counts.map { "\(Shown.count($0.count)) \(name($0.level))" }.joined(separator: ", ")
        return column.count == 0
            ? say("form.noneHere")
            : say("logs.column.events", ["count": .number(column.count), "levels": .text(levels)])
    }

    private static func name(_ level: LogLevel) -> String { level == .other ? say("logs.otherLevel") : level.rawValue }
}
