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

    func print() { Swift.print(text(), terminator: "") }

    /// The rows below the header, each with a line's end.
    /// - Parameter decorate: gives a cell's text what does not take room on a terminal; `nil` for nothing.
    func text(_ decorate: (_ column: Int, _ cell: String) -> String? = { _, _ in nil }) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { TableText.width($0[column]) }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                let shown = decorate(column, row[column]) ?? row[column]
                return column == row.count - 1
                    ? shown : shown + TableText.blanks(after: row[column], to: widths[column])
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}

/// Times and numbers as the tables show them.
enum TableText {
    /// `14:03:59`, by the clock of the command; with the date when it is not today's.
    static func time(_ milliseconds: Int64) -> String { SiteClock.current.text(milliseconds) }

    /// `14:03:59 (12 min)`; `-` of what nobody noted.
    static func since(_ milliseconds: Int64?) -> String {
        milliseconds.map { "\(time($0)) (\(age(of: $0)))" } ?? "-"
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

    /// How many columns of a terminal a text takes: two for each wide letter of East Asia and each picture.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    private static func width(_ character: Character) -> Int {
        if character.isASCII { return 1 }
        return character.unicodeScalars.contains { scalar in wide.contains { $0.contains(scalar.value) } } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
        0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x20000...0x3fffd,
    ]

    static func blanks(after text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - self.width(text)))
    }

    /// The beginning of a text that takes no more columns of a terminal than `width`.
    static func cut(_ text: String, to width: Int) -> String {
        if self.width(text) <= width { return text }
        var cut = ""
        var taken = 1
        for character in text {
            taken += self.width(character)
            if taken > width { break }
            cut.append(character)
        }
        return cut + "…"
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
