import Foundation

/// Rows of text in aligned columns.
struct Table {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: String...) { self.init(header) }

    init(_ header: [String]) { self.header = header }

    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String]) { rows.append(cells.map { TableText.harmless($0, keeping: []) }) }

    var isEmpty: Bool { rows.isEmpty }

    func print() {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = row.indices.map { column in
                column == row.count - 1
                    ? row[column] : row[column].padding(toLength: widths[column], withPad: " ", startingAt: 0)
            }
            Swift.print(cells.joined(separator: "  "))
        }
    }
}

/// Times and numbers as the tables show them.
enum TableText {
    /// `14:03:59`, local time; with the date when it is not today's.
    static func time(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let format = DateFormatter()
        format.dateFormat = Calendar.current.isDateInToday(date) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss"
        return format.string(from: date)
    }

    /// A text from elsewhere, without what would steer the terminal.
    static func harmless(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let steers = scalar.properties.generalCategory == .control && !kept.contains(scalar)
            result.append(steers ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }

    /// How long ago: `12 s`, `3 min`, `2 h`, `5 d`.
    static func age(of milliseconds: Int64?, now: Date = Date()) -> String {
        guard let milliseconds else { return "-" }
        let seconds = max(0, Int(now.timeIntervalSince1970) - Int(milliseconds / 1_000))
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    static func number(_ value: Double?, _ format: String = "%.1f", scale: Double = 1) -> String {
        value.map { String(format: format, $0 / scale) } ?? "-"
    }
}
