internal import Foundation
internal import Model
internal import TraceSearch

/// How long the found spans took, drawn: how many of each length, and each at its time.
struct TraceCharts: Sendable {
    /// Of the histogram of durations, whose columns are 10 wide on a field of 100 units in height.
    struct Column: Sendable {
        let x: Int
        let link: String
        let words: String
        let y: String
        let height: String
        let errorY: String
        let errorHeight: String
    }

    /// A span at its time, on a field of 1000 by 100 units.
    struct Point: Sendable {
        let x: String
        let y: String
        let link: String
        let words: String
        let isError: Bool
    }

    struct Line: Sendable {
        let y: String
        let text: String
    }

    let width: Int
    let columns: [Column]
    let shortest: String
    let longest: String
    let highest: String
    let points: [Point]
    let lines: [Line]
    let start: String
    let end: String
    let begin: ShownMoment
    let finish: ShownMoment
    let note: String

    private static let columnsMax = 40
    private static let pointsMax = 800
    /// Columns are as long as a step of this on the axis of logarithms: four to a factor of ten.
    private static let perDecade = 4.0

    /// - Parameters:
    ///   - hits: at least one.
    ///   - range: what the horizontal axis covers, in milliseconds since the Unix epoch.
    init?(_ hits: [SpanHit], _ address: TracesAddress, range: TimeRange, hasOthers: Bool) {
        guard let least = hits.map(\.duration).min(), let most = hits.map(\.duration).max() else { return nil }
        let step = Self.step(from: least, to: most)
        let first = (Self.level(least) / step).rounded(.down)
        let count = Int((Self.level(most) / step).rounded(.down) - first) + 1
        width = count * 10
        var counts = [(all: Int, errors: Int)](repeating: (0, 0), count: count)
        for hit in hits {
            let place = min(count - 1, max(0, Int((Self.level(hit.duration) / step).rounded(.down) - first)))
            counts[place].all += 1
            if hit.isError { counts[place].errors += 1 }
        }
        let top = max(1, counts.map(\.all).max() ?? 1)
        highest = say("traces.spanCount", ["count": .number(top)])
        columns = counts.enumerated().map { place, count in
            let low = Self.duration((first + Double(place)) * step)
            let high = Self.duration((first + Double(place) + 1) * step)
            let height = count.all == 0 ? 0 : max(2, 100 * Double(count.all) / Double(top))
            let errors = count.errors == 0 ? 0 : max(2, 100 * Double(count.errors) / Double(top))
            let link = address.with("duration>=\(SpanDuration.code(low))").with("duration<\(SpanDuration.code(high))")
            let failed =
                count.errors == 0 ? "" : ", " + say("traces.withError", ["count": .number(count.errors)])
            return Column(
                x: place * 10, link: link.link(),
                words:
                    "\(SpanDuration.text(low)) – \(SpanDuration.text(high)): "
                    + say("traces.spanCount", ["count": .number(count.all)]) + failed,
                y: Shown.decimal(100 - height), height: Shown.decimal(height), errorY: Shown.decimal(100 - errors),
                errorHeight: Shown.decimal(errors))
        }
        shortest = SpanDuration.text(Self.duration(first * step))
        longest = SpanDuration.text(Self.duration((first + Double(count)) * step))
        (start, end) = (String(range.start), String(range.end))
        (begin, finish) = (ShownMoment(range.start), ShownMoment(range.end))
        let scale = Scale(low: first * step, high: (first + Double(count)) * step, range: range)
        // Errors are what one looks for.
        let shown = (hits.filter(\.isError) + hits.filter { !$0.isError }).prefix(Self.pointsMax)
        points = shown.reversed().map { scale.point($0) }
        lines = scale.lines()
        note =
            hasOthers || shown.count < hits.count
            ? say("traces.newestSpans", ["count": .number(hits.count)])
            : say("traces.allSpans", ["count": .number(hits.count)])
    }

    private static func level(_ duration: Int64) -> Double { log10(Double(max(1, duration))) }
    private static func duration(_ level: Double) -> Int64 { Int64(pow(10, min(18.9, level)).rounded()) }

    private static func step(from least: Int64, to most: Int64) -> Double {
        max(1 / perDecade, (level(most) - level(least)) / Double(columnsMax - 1))
    }

    private struct Scale {
        let low: Double
        let high: Double
        let range: TimeRange

        func y(_ level: Double) -> Double { 96 - 92 * (level - low) / max(0.01, high - low) }

        func point(_ hit: SpanHit) -> Point {
            let length = Double(max(1, range.end - range.start))
            let time = Double(hit.start / 1_000_000 - range.start)
            let error = hit.isError ? ", " + say("trace.error") : ""
            return Point(
                x: Shown.decimal(min(1_000, max(0, 1_000 * time / length))),
                y: Shown.decimal(y(TraceCharts.level(hit.duration))),
                link: TracesAddress.link(hit.traceID),
                words: say(
                    "trace.of",
                    ["name": .text(VisibleText.short(hit.name)), "service": .text(VisibleText.short(hit.service))])
                    + ", \(SpanDuration.text(hit.duration))\(error)",
                isError: hit.isError)
        }

        /// At the powers of ten.
        func lines() -> [Line] {
            (0...18).map(Double.init).filter { $0 >= low && $0 <= high }.map {
                Line(y: Shown.decimal(y($0)), text: SpanDuration.text(TraceCharts.duration($0)))
            }
        }
    }
}
