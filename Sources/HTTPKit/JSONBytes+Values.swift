internal import Base
internal import Foundation

extension JSONBytes {
    /// A number; JSON has none for infinities.
    package mutating func real(_ value: Double) {
        append(text: value.isFinite ? FloatText.general(value) : "0")
    }

    /// A time as RFC 3339; the zero time of Go where there is none.
    package mutating func moment(_ milliseconds: Int64?) {
        guard let milliseconds else {
            string("0001-01-01T00:00:00Z")
            return
        }
        // The format cuts off, and a double may lie just under its millisecond.
        let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1_000)
        string(
            date.formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)))
    }

    /// An object of texts, sorted by name.
    package mutating func dictionary(_ texts: [String: String]) {
        raw("{")
        var isFirst = true
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
            comma(unlessFirst: &isFirst)
            string(name)
            raw(":")
            string(value)
        }
        raw("}")
    }

    /// `true` or `false`.
    package mutating func boolean(_ value: Bool) { if value { raw("true") } else { raw("false") } }
}
