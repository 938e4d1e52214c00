import Foundation
import Model
import SiteView

/// Prints events for people, or as JSON.
struct LogPrinter {
    /// The fields to print; `nil` for time, level, origin and message.
    let columns: [String]?
    let hasColours: Bool

    init(columns: [String]?, hasColours: Bool) {
        self.columns = columns
        self.hasColours = hasColours
    }

    /// Prints events in their order: columns below their names.
    func put(_ events: some Sequence<LogEventView>) throws {
        guard let columns else { return try StandardOutput.put(events.map { line($0) + "\n" }.joined()) }
        var table = Table(columns)
        for event in events { table.add(cells(event, columns)) }
        guard !table.isEmpty else { return }
        try StandardOutput.put(table.text { column, cell in columns[column] == "level" ? coloured(cell) : nil })
    }

    /// An event in a line, or in as many as its message has; columns with tabs between them.
    func line(_ event: LogEventView) -> String {
        if let columns { return cells(event, columns).joined(separator: "\t") }
        let origin = [event.component, event.camera].filter { !$0.isEmpty }.joined(separator: "/")
        let level = event.level.isEmpty ? "-" : TableText.harmless(event.level, keeping: [])
        let told = (origin.isEmpty ? "" : origin + " ") + event.message
        return "\(SiteClock.current.text(event.timestamp)) \(coloured(level) ?? level) "
            + TableText.harmless(told, keeping: ["\n", "\t"])
    }

    private func cells(_ event: LogEventView, _ columns: [String]) -> [String] {
        columns.map { name in
            if Self.timeNames.contains(name) { return SiteClock.current.text(event.timestamp) }
            let value = event.fields[name] ?? event.fields["fields." + name]
            let text = value.map { $0 == .null ? "null" : $0.text } ?? "-"
            // A cell is one line.
            return TableText.harmless(
                text.replacing(/[\r\n\t]+/, with: " "), keeping: [])
        }
    }

    /// Names of the time, which is no field.
    private static let timeNames: Set<String> = ["@timestamp", "timestamp"]

    /// A level in its colour; `nil` where it has none.
    private func coloured(_ level: String) -> String? {
        guard hasColours else { return nil }
        let code: String
        switch level.uppercased() {
        case "FATAL": code = "1;31"
        case "ERROR": code = "31"
        case "WARN", "WARNING": code = "33"
        case "INFO": code = "32"
        case "DEBUG", "TRACE": code = "2"
        default: return nil
        }
        return "\u{1b}[\(code)m\(level)\u{1b}[0m"
    }

    /// A text that stands out.
    func bold(_ text: String) -> String { hasColours ? "\u{1b}[1m\(text)\u{1b}[0m" : text }

    /// JSON in one line, names in their order.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
