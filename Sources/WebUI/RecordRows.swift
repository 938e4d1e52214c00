internal import CameraRecords
internal import Foundation
internal import Model

/// A camera's record in a line of a table.
struct RecordRow: Sendable {
    /// Of the camera, or of the span of time.
    let name: String
    let link: String
    let up: String
    let upUnknown: String
    let reconnects: String
    let restarts: String
    let footage: String
    let missing: String
    let gaps: String
    let footageUnknown: String
    let note: String
}

extension RecordRow {
    init(_ record: CameraRecord, name: String, link: String) {
        self.name = name
        self.link = link
        up = record.upPercent.map(RecordText.percent) ?? "–"
        upUnknown = RecordText.span(seconds: record.unknownSeconds)
        reconnects = String(record.reconnects)
        restarts = String(record.recorderRestarts)
        let isDue = record.footagePercent != nil
        footage =
            record.footagePercent.map(RecordText.percent)
            ?? (record.isRecorded ? RecordText.span(seconds: record.footageSeconds) : "–")
        missing = isDue ? RecordText.span(seconds: record.missingSeconds) : "–"
        gaps = isDue ? String(record.gapCount) : "–"
        footageUnknown = record.isRecorded ? RecordText.span(seconds: record.footageUnknownSeconds) : "–"
        note = RecordText.note(record)
    }
}

/// A gap in a table.
struct GapRow: Sendable {
    let start: String
    let end: String
    let length: String
}

extension GapRow {
    init(_ gap: TimeSpan, _ clock: RecordClock) {
        start = clock.text(gap.start)
        end = clock.text(gap.end)
        length = RecordText.span(seconds: Double(gap.length) / 1_000)
    }
}

/// What records say in words.
enum RecordText {
    /// `99.95 %`; less than all is never told as all, nor more than nothing as nothing.
    static func percent(_ value: Double) -> String {
        if value >= 100 { return "100 %" }
        if value <= 0 { return "0 %" }
        return Shown.number(min(max((value * 100).rounded(.down) / 100, 0.01), 99.99), digits: 2) + " %"
    }

    /// `2 d 03 h 04 min`, `3 h 04 min 05 s`, `4 min 05 s`, `5.2 s`.
    static func span(seconds: Double) -> String {
        let (day, hour, minute, second) = (say("unit.day"), say("unit.hour"), say("unit.minute"), say("unit.second"))
        if seconds < 60 { return (seconds < 0.05 ? "0" : Shown.number(min(seconds, 59.9), digits: 1)) + " " + second }
        let whole = Int64(min(seconds, 1e12).rounded())
        let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if days > 0 { return "\(days) \(day) \(two(hours)) \(hour) \(two(minutes)) \(minute)" }
        if hours > 0 { return "\(hours) \(hour) \(two(minutes)) \(minute) \(two(whole % 60)) \(second)" }
        return "\(minutes) \(minute) \(two(whole % 60)) \(second)"
    }

    static func note(_ record: CameraRecord) -> String {
        var notes: [String] = []
        if record.isRecorded, record.footagePercent == nil, record.footageSeconds > 0 {
            notes.append(say("record.noneDue"))
        }
        if record.estimatedSeconds > 0 {
            notes.append(say("record.estimated", ["time": .text(span(seconds: record.estimatedSeconds))]))
        }
        return notes.joined(separator: "; ")
    }

    /// That only the longest gaps are listed.
    static func leftOut(_ record: CameraRecord) -> String? {
        record.gapCount > record.gaps.count
            ? say(
                "record.longest", ["count": .number(record.gaps.count), "all": .number(record.gapCount)]) : nil
    }
}

/// Moments in the words of a time zone.
struct RecordClock: Sendable {
    let zone: TimeZone

    private var style: Date.ISO8601FormatStyle {
        .init(timeZone: zone).year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)
    }

    /// `2026-11-01 08:30:15`; with its distance from UTC where that is another time.
    func text(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let offset = zone.secondsFromGMT(for: date)
        return Shown.dated(date.formatted(style))
            + (zone.identifier == "GMT" || zone.identifier == "UTC" ? "" : " " + Self.text(offset))
    }

    /// RFC 3339 with milliseconds.
    func rfc3339(_ milliseconds: Int64) -> String {
        // The format cuts off, and a double may lie just under its millisecond.
        let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1_000)
        let offset = zone.secondsFromGMT(for: date)
        let local = style.dateTimeSeparator(.standard).time(includingFractionalSeconds: true)
        return date.formatted(local) + (offset == 0 ? "Z" : Self.text(offset))
    }

    private static func text(_ offset: Int) -> String {
        String(format: "%@%02d:%02d", offset < 0 ? "-" : "+", abs(offset) / 3_600, abs(offset) / 60 % 60)
    }
}
