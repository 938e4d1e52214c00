internal import Foundation
internal import LocalTime
internal import Model

/// The time of a search as its address has it: `since` (how far back, or one unit as `now-1d/d`), or `start` and `end`.
struct SearchTime: Sendable {
    static let standardSince = "1h"

    /// `15m`, `now/d`; `nil` where moments are named.
    var since: String? = standardSince
    /// Milliseconds since the Unix epoch.
    var start: Int64? { didSet { startText = nil } }
    var end: Int64? { didSet { endText = nil } }
    /// As they were written, where they are read anew at each look (`now-2h`), or cannot be read.
    private(set) var startText: String?
    private(set) var endText: String?
    /// What cannot be read, for people.
    private(set) var problem: String?
    /// Whether a moment is written by the reader's clock, which another reader's would take for another one.
    private(set) var isLocal = false

    /// The year 9999, in milliseconds.
    private static let farthest = LogsAddress.farthest

    init() {}

    init(_ fields: FormFields, now: Int64 = Int64(Date().timeIntervalSince1970 * 1_000)) {
        // A range that a link names holds until another one is chosen.
        let chosen = (fields["since"] ?? "").trimmed
        isLocal = [fields["start"], fields["end"]].contains { text in
            text.map { Int64($0) == nil && !TimeText.isRelative($0) } ?? false
        }
        if ShownRange.span(chosen, now: now) != nil, TimeText.isRelative(chosen) {
            since = chosen
            return
        }
        if !chosen.isEmpty { problem = say("range.unreadSpan", ["text": .text(String(chosen.prefix(80)))]) }
        let first = read(fields["start"], .start, now)
        let last = read(fields["end"], .end, now)
        since = fields["start"].isNilOrEmpty && fields["end"].isNilOrEmpty ? Self.standardSince : nil
        (start, end) = (first.moment, last.moment)
        (startText, endText) = (first.text, last.text)
        if let start, let end, start > end { problem = say("range.backwards") }
    }

    private mutating func read(
        _ text: String?, _ side: TimeText.Side, _ now: Int64
    ) -> (moment: Int64?, text: String?) {
        guard let text = text?.trimmed, !text.isEmpty else { return (nil, nil) }
        guard let moment = ShownRange.moment(text, side, now: now), moment.magnitude < Self.farthest else {
            problem = ShownRange.problem(text)
            return (nil, String(text.prefix(80)))
        }
        return (moment, TimeText.isRelative(text) ? text : nil)
    }

    /// - Parameter now: milliseconds since the Unix epoch.
    func range(now: Int64) -> TimeRange {
        if let since, start == nil, end == nil, let span = ShownRange.span(since, now: now) { return span }
        let length = min(DurationText.milliseconds(since ?? Self.standardSince) ?? 3_600_000, now)
        return TimeRange(start: start ?? min(now, end ?? now) - length, end: end ?? .max)
    }

    /// Whether what comes now belongs to it.
    func isLive(now: Int64) -> Bool { since != nil && range(now: now).end >= now }

    var parameters: [(name: String, value: String?)] {
        [
            ("since", since == Self.standardSince ? nil : since), ("start", startText ?? start.map { String($0) }),
            ("end", endText ?? end.map { String($0) }),
        ]
    }

    /// As the fields of a form have them.
    var fields: (start: String?, end: String?) {
        (startText ?? start.map(Shown.field), endText ?? end.map(Shown.field))
    }

    /// What a form offers, one of which is chosen.
    func choices(_ offered: [String]) -> [LogsContent.Span] {
        let others = since.map { offered.contains($0) ? [] : [$0] } ?? []
        return (offered + others).map { .init(value: $0, name: ShownRange.name(ofSpan: $0), selected: $0 == since) }
    }

    /// What pages of searches offer.
    static let offered = ["15m", "1h", "6h", "1d", "7d", "30d", "now/d", "now-1d/d", "now/w"]
}

extension String? {
    fileprivate var isNilOrEmpty: Bool { self?.isEmpty ?? true }
}
