import Foundation
import Model
import SiteView

/// How many events there are: as a number, over time, and by the values of a field.
struct LogCharts {
    let search: LogQuestion

    private var isJSON: Bool { search.server.json }

    /// Prints the number alone.
    func count() async throws {
        guard let page = try await page([("total", "true")]) else { return }
        try StandardOutput.put("\(page.total ?? 0)\n")
    }

    /// Draws a bar for each interval, of which as many as fit on the terminal.
    func histogram() async throws {
        let rows = max(5, min(StandardOutput.size.lines - 4, 60))
        guard let page = try await page([("histogram", String(rows))]), let histogram = page.histogram else { return }
        guard let first = histogram.columns.first, let last = histogram.columns.last, page.total ?? 0 > 0 else {
            return StandardError.put("No log event matches.")
        }
        let label = Self.label(from: first.start, to: last.start, interval: histogram.interval)
        let bars = histogram.columns.map { column in
            BarChart.Bar(label: label(column.start), count: column.count)
        }
        try StandardOutput.put(BarChart(bars).text(width: StandardOutput.size.columns))
        StandardError.put(
            "\(page.total ?? 0) events; each bar is \(DurationText.text(milliseconds: histogram.interval)).")
    }

    /// Prints the commonest values of a field.
    func terms(of field: String, limit: Int) async throws {
        let asked = [("terms", field), ("terms_size", String(limit))]
        guard let page = try await page(asked), let terms = page.terms?[field] else { return }
        if terms.values.isEmpty { return StandardError.put("No log event that matches has a field \(field).") }
        let bars = terms.values.map { BarChart.Bar(label: $0.value.isEmpty ? "\"\"" : $0.value, count: $0.count) }
        try StandardOutput.put(BarChart(bars).text(width: StandardOutput.size.columns))
        if terms.others > 0 { StandardError.put("… other values: \(terms.others).") }
    }

    /// Asks for counts alone; `nil` where the answer was printed as it came.
    private func page(_ more: [(String, String)]) async throws -> LogPage? {
        let all = [("limit", "0")] + more
        if isJSON {
            try StandardOutput.put(bytes: try await search.bytes(all) + [UInt8(ascii: "\n")])
            return nil
        }
        let page = try await search.page(all)
        if page.timedOut {
            StandardError.put(
                "… the count took too long and is a part: ask for a shorter time, or for a field's value.")
        }
        return page
    }

    /// How a bar's beginning is written, where the others are known.
    private static func label(from first: Int64, to last: Int64, interval: Int64) -> @Sendable (Int64) -> String {
        let clock = SiteClock.current
        if clock.isForPrograms { return { clock.text($0) } }
        if interval >= 86_400_000 { return { String(clock.moment($0).prefix(10)) } }
        let length = interval < 1_000 ? 23 : interval < 60_000 ? 19 : 16
        let isOneDay = clock.moment(first).prefix(10) == clock.moment(last).prefix(10)
        return { String(clock.moment($0).prefix(length).dropFirst(isOneDay ? 11 : 5)) }
    }
}

/// Counts as bars of letters.
struct BarChart {
    struct Bar {
        let label: String
        let count: Int
    }

    private let bars: [Bar]

    private static let shortestBar = 5
    /// Eighths of a letter.
    private static let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    init(_ bars: [Bar]) {
        self.bars = bars.map { Bar(label: TableText.harmless($0.label, keeping: []), count: $0.count) }
    }

    /// A line a bar, none of which is longer than `width`, unless that is very little.
    func text(width: Int) -> String {
        let most = bars.map(\.count).max() ?? 0
        let counts = String(most).count
        let longest = bars.map { TableText.width($0.label) }.max() ?? 0
        let labels = max(4, min(longest, width - counts - Self.shortestBar - 4))
        let room = max(Self.shortestBar, width - labels - counts - 4)
        return bars.map { bar in
            let label = TableText.cut(bar.label, to: labels)
            let count = String(bar.count)
            let line =
                label + TableText.blanks(after: label, to: labels) + "  "
                + String(repeating: " ", count: counts - count.count) + count
            let drawn = Self.bar(bar.count, of: most, room)
            return line + (drawn.isEmpty ? "" : "  " + drawn) + "\n"
        }.joined()
    }

    private static func bar(_ count: Int, of most: Int, _ room: Int) -> String {
        guard most > 0, count > 0 else { return "" }
        let eighths = max(1, Int((Double(count) / Double(most) * Double(room * 8)).rounded()))
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
