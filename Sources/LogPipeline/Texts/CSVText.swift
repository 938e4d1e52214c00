/// Reads the first row of a text of separated columns, as Logstash's csv filter does.
///
/// https://www.elastic.co/guide/en/logstash/current/plugins-filters-csv.html
package struct CSVText: Sendable {
    private let separator: [UInt8]
    private let quote: UInt8?

    private static let columnsMax = 10_000

    /// - Parameters:
    ///   - separator: one character or several.
    ///   - quoteCharacter: one character of ASCII; an empty text means that none quotes.
    package init(separator: String = ",", quoteCharacter: String = "\"") throws(CSVError) {
        guard !separator.isEmpty else { throw CSVError(reason: "separator is empty") }
        guard quoteCharacter.utf8.count <= 1 else {
            throw CSVError(reason: "quote_char is \(quoteCharacter); it has to be one character of ASCII")
        }
        self.separator = Array(separator.utf8)
        quote = quoteCharacter.utf8.first
    }

    /// The columns of the first row, `nil` for one with nothing in it, not even quotes.
    package func columns(of text: String) throws(CSVError) -> [String?] {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw CSVError(reason: "there is no row") }
        var columns: [String?] = []
        var position = 0
        if Self.isNewline(bytes, 0) { return [] }
        while true {
            guard columns.count < Self.columnsMax else {
                throw CSVError(reason: "it has more than \(Self.columnsMax) columns")
            }
            columns.append(try column(bytes, &position))
            if position >= bytes.count || Self.isNewline(bytes, position) { return columns }
            // Behind a column there is a separator, or the row's end.
            position += separator.count
        }
    }

    private static func isNewline(_ bytes: [UInt8], _ position: Int) -> Bool {
        position < bytes.count && (bytes[position] == 10 || bytes[position] == 13)
    }

    private func isSeparator(_ bytes: [UInt8], _ position: Int) -> Bool { bytes[position...].starts(with: separator) }

    private func column(_ bytes: [UInt8], _ position: inout Int) throws(CSVError) -> String? {
        if let quote, position < bytes.count, bytes[position] == quote { return try quoted(bytes, &position, quote) }
        let start = position
        while position < bytes.count, !isSeparator(bytes, position), !Self.isNewline(bytes, position) {
            if bytes[position] == quote {
                throw CSVError(reason: "a quote stands within a column, at byte \(position)")
            }
            position += 1
        }
        return position == start ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func quoted(_ bytes: [UInt8], _ position: inout Int, _ quote: UInt8) throws(CSVError) -> String {
        let start = position
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            guard bytes[position] == quote else {
                value.append(bytes[position])
                position += 1
                continue
            }
            position += 1
            // Twice, it stands for itself.
            if position < bytes.count, bytes[position] == quote {
                value.append(quote)
                position += 1
                continue
            }
            guard position >= bytes.count || isSeparator(bytes, position) || Self.isNewline(bytes, position) else {
                throw CSVError(reason: "something follows on a quoted column, at byte \(position)")
            }
            return String(decoding: value, as: UTF8.self)
        }
        throw CSVError(reason: "a quote is not closed, from byte \(start) on")
    }
}

/// A text that is no row of separated columns, or an option that cannot be used.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String

    package var description: String { "cannot read columns: \(reason)" }
}
