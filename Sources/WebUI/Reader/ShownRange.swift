internal import Foundation
internal import LocalTime
internal import Model

extension TimeRange {
    /// Ten minutes before and behind a moment, in milliseconds since the Unix epoch, as far as there is time.
    init(around time: Int64) {
        let length: Int64 = 600_000
        self.init(start: max(time, .min + length) - length, end: min(time, .max - length) + length)
    }
}

/// The time range of a page as its address has it: `from` and `to`, each as ``TimeText`` reads it in the reader's zone.
struct ShownRange {
    let range: TimeRange
    /// As the address has them.
    let from: String
    let to: String?
    /// What of the address cannot be read, for people.
    let problem: String?
    private let moments: (start: Int64?, end: Int64?)

    /// Without `to`, a `from` that rounds is a whole unit: `now-1d/d` is yesterday.
    /// - Parameter standard: how far back the range goes where the address names none.
    init(_ fields: FormFields, now: Int64, standard: String) {
        func field(_ name: String) -> String? {
            fields[name].flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
        }
        // What is typed is meant, whatever span was chosen before; a form without a script sends the chosen one.
        from = field("start") ?? field("from") ?? field("span") ?? standard
        to = field("end") ?? field("to")
        let usual = Self.span(standard, now: now) ?? TimeRange(start: now, end: .max)
        let first = Self.moment(from, now: now)
        let last = to.flatMap { $0 == "now" ? Int64.max : Self.moment($0, .end, now: now) }
        moments = (first, last)
        let span = Self.span(from, now: now)
        range = TimeRange(
            start: first ?? usual.start, end: to == nil ? span?.end ?? .max : last ?? .max)
        problem =
            first == nil
            ? Self.problem(from)
            : to != nil && last == nil
                ? Self.problem(to ?? "") : range.start > range.end ? say("range.backwards") : nil
    }

    /// Whether another reader's clock would give it another meaning.
    var isLocal: Bool {
        problem == nil
            && [from, to].contains { text in text.map { Int64($0) == nil && !TimeText.isRelative($0) } ?? false }
    }

    /// An address that says the same to every reader.
    func link(_ path: String) -> String {
        func shared(_ text: String, _ moment: Int64?) -> String {
            TimeText.isRelative(text) ? text : moment.map { String($0) } ?? text
        }
        return path + "?"
            + FormFields.text([("from", shared(from, moments.start)), ("to", to.map { shared($0, moments.end) })])
    }

    /// As the fields of a form have them.
    var fields: (from: String?, to: String?) {
        func field(_ text: String, _ moment: Int64?) -> String {
            Int64(text) == nil ? text : moment.map(Shown.field) ?? text
        }
        return (field(from, moments.start), to.map { field($0, moments.end) })
    }

    /// A moment in milliseconds, or as people write it by the reader's clock.
    static func moment(_ text: String, _ side: TimeText.Side = .start, now: Int64) -> Int64? {
        TimeText.moment(text, side, now: now, zone: Reader.current.zone)
    }

    /// The time that one text names by the reader's clock: `6h`, `now-30d`, `now-1d/d`.
    static func span(_ text: String, now: Int64) -> TimeRange? {
        TimeText.span(text, now: now, zone: Reader.current.zone)
    }

    /// What is said of a text that names no time.
    static func problem(_ text: String) -> String { say("range.unread", ["text": .text(String(text.prefix(80)))]) }

    /// What a span is called where it is offered.
    static func name(ofSpan span: String) -> String {
        switch span {
        case "now/d": say("range.today")
        case "now-1d/d": say("range.yesterday")
        case "now/w": say("range.week")
        default:
            offered.contains(span.replacing("now-", with: ""))
                ? say("range.last." + span.replacing("now-", with: "")) : say("range.other", ["span": .text(span)])
        }
    }

    private static let offered = ["5m", "15m", "1h", "6h", "1d", "7d", "30d"]
}
