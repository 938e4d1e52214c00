/// Why a text is no date of a pattern, in Joda-Time's words.
package struct DateFailure: Error, Hashable, Sendable, CustomStringConvertible {
    enum Cause: Error, Hashable {
        /// The text does not fit from a byte on.
        case malformed(at: Int)
        /// Of a number that its field cannot have.
        case value(Int, DateField, ClosedRange<Int>)
        /// Clocks of the zone never showed that time: they were put forward over it.
        case gap(zone: String)
        /// The same of a time whose year is guessed: in the year 2000, which stands for it at first.
        case localGap(Int64, zone: String)
        case notRead(String)
    }

    let cause: Cause
    private let text: String

    init(_ cause: Cause, text: String) {
        self.cause = cause
        self.text = text
    }

    init(_ cause: Cause, in text: UnsafeBufferPointer<UInt8>) {
        self.init(cause, text: String(decoding: text.prefix(Self.longest), as: UTF8.self))
    }

    /// More of a text is not kept.
    private static let longest = 1_024

    package var description: String {
        switch cause {
        case .malformed(let position):
            // Counted as Java counts characters.
            let units = Array(text.utf16)
            let start = String(decoding: text.utf8.prefix(position), as: UTF8.self).utf16.count
            let end = start + 32
            let isWhole = units.count <= end + 3
            let sample = isWhole ? units : units.prefix(end) + Array("...".utf16)
            let shown = String(decoding: sample, as: UTF16.self)
            if start <= 0 { return "Invalid format: \"\(shown)\"" }
            if start >= units.count { return "Invalid format: \"\(shown)\" is too short" }
            let rest = String(decoding: sample.dropFirst(start), as: UTF16.self)
            return "Invalid format: \"\(shown)\" is malformed at \"\(rest)\""
        case .value(let value, let field, let range):
            return "Cannot parse \"\(text)\": Value \(value) for \(field.name) must be in the range "
                + "[\(range.lowerBound),\(range.upperBound)]"
        case .gap(let zone):
            return "Cannot parse \"\(text)\": Illegal instant due to time zone offset transition (\(zone))"
        case .localGap(let local, let zone):
            let shown = DatePrinter.iso8601.text(for: local)
            return
                "Illegal instant due to time zone offset transition (daylight savings time 'gap'): \(shown) (\(zone))"
        case .notRead(let reason): return "Cannot parse \"\(text)\": \(reason)"
        }
    }
}

/// A pattern that Joda-Time does not accept.
package struct DatePatternError: Error, Hashable, Sendable, CustomStringConvertible {
    package let pattern: String
    package let reason: String

    package var description: String { "cannot read date pattern \"\(pattern)\": \(reason)" }
}
