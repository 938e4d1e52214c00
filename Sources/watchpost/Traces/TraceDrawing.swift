import Foundation
import SiteView
import TraceSearch

/// A trace as text: a line a span, with its bar on the trace's time.
struct TraceDrawing {
    let text: String

    private static let leastBar = 10
    private static let namesMax = 60
    private static let indentMax = 20

    /// - Parameter columns: how wide the text may be, unless names and times alone take more.
    init(_ trace: TraceView, columns: Int) {
        let summary = trace.summary
        var lines = Self.heading(summary)
        lines += trace.gaps.map { "at \(SpanDuration.text($0.offset)) \($0.words)" }
        lines.append("")
        let names = trace.spans.map { TableText.cut(Self.name($0), to: Self.namesMax) }
        let durations = trace.spans.map { SpanDuration.text($0.duration) }
        let offsets = trace.spans.map { "+" + SpanDuration.text($0.offset) }
        func width(_ texts: [String]) -> Int { texts.map(TableText.width).max() ?? 0 }
        let widths = (name: width(names), duration: width(durations), offset: width(offsets))
        let bar = max(Self.leastBar, columns - widths.name - widths.duration - widths.offset - 6)
        for (place, span) in trace.spans.enumerated() {
            let fields = [
                names[place] + TableText.blanks(after: names[place], to: widths.name),
                TableText.blanks(after: durations[place], to: widths.duration) + durations[place],
                TableText.blanks(after: offsets[place], to: widths.offset) + offsets[place],
                Self.bar(span, of: summary.duration, width: bar),
            ]
            lines.append(fields.joined(separator: "  "))
        }
        text = lines.map { TableText.harmless($0, keeping: []) + "\n" }.joined()
    }

    private static func heading(_ summary: TracePageView.Summary) -> [String] {
        let time = (Int64(summary.startTimeUnixNano) ?? 0) / 1_000_000
        let errors = summary.errors == 0 ? "" : ", ✕ \(summary.errors) error\(summary.errors == 1 ? "" : "s")"
        let cameras = summary.cameras.isEmpty ? "" : ", camera \(summary.cameras.joined(separator: ", "))"
        return [
            "\(summary.service): \(summary.name)",
            "\(summary.traceID), \(TableText.time(time)), took \(SpanDuration.text(summary.duration)), "
                + "\(summary.spans) span\(summary.spans == 1 ? "" : "s")\(errors)\(cameras)",
            summary.isCut ? "The trace has more spans than these." : nil, summary.error.map { "✕ \($0)" },
        ].compactMap(\.self)
    }

    private static func name(_ span: TraceView.Row) -> String {
        let indent = String(repeating: "  ", count: min(span.depth, indentMax))
        let error = span.status == "error" ? "✕ " : ""
        let odd = span.oddity.map { $0 == "orphan" ? " (parent not here)" : " (its own ancestor)" } ?? ""
        return "\(indent)\(error)\(span.service): \(span.name)\(odd)"
    }

    /// The span's part of the trace's time; heavy where most of it is waited for.
    private static func bar(_ span: TraceView.Row, of length: Int64, width: Int) -> String {
        let scale = Double(width) / Double(max(1, length))
        let start = min(width - 1, Int(Double(span.offset) * scale))
        let count = max(1, min(width - start, Int((Double(span.duration) * scale).rounded())))
        let isCritical = span.criticalTime * 2 >= max(1, span.selfTime)
        return String(repeating: " ", count: start) + String(repeating: isCritical ? "━" : "─", count: count)
    }
}
