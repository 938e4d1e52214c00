internal import Model
internal import TraceSearch

/// What the page of traces shows, as its address has it.
struct TracesAddress: Sendable {
    static let path = "/traces"
    private static let standardSince = "1h"

    var query = ""
    /// Beside the query: that the spans are of this camera.
    var camera = ""
    /// How far back the range goes; `nil` where moments are named.
    var since: String? = standardSince
    /// Milliseconds since the Unix epoch.
    var start: Int64?
    var end: Int64?
    /// Where an earlier page ended.
    var cursor: TraceCursor?
    /// What of the address cannot be read, for people.
    private(set) var problem: String?

    init() {}

    init(_ fields: FormFields) {
        query = (fields["q"] ?? "").trimmed
        camera = (fields["camera"] ?? "").trimmed
        if query.count > TraceQueryText.lengthMax || camera.utf8.count > 1_024 {
            problem = "The search is longer than an address may be; ask for less."
            (query, camera) = ("", "")
        }
        cursor = fields["cursor"].flatMap { TraceCursor($0) }
        readRange(fields)
    }

    private mutating func readRange(_ fields: FormFields) {
        let chosen = fields["since"] ?? ""
        if let length = DurationText.milliseconds(chosen), length > 0 {
            since = chosen
            return
        }
        if !chosen.isEmpty {
            problem = "Cannot read the time range \"\(chosen.prefix(80))\"; write a duration such as 90m, 6h or 3d."
        }
        start = moment("start", of: fields)
        end = moment("end", of: fields)
        since = start == nil && end == nil ? Self.standardSince : nil
        if let start, let end, start > end { problem = "The time range ends before it begins." }
    }

    private mutating func moment(_ name: String, of fields: FormFields) -> Int64? {
        guard let text = fields[name], !text.isEmpty else { return nil }
        if let moment = ShownRange.moment(text), moment.magnitude < LogsAddress.farthest { return moment }
        problem = "Cannot read \(name)=\"\(text.prefix(80))\"; write 2026-11-28T10:00, or milliseconds since 1970."
        return nil
    }

    /// - Parameter now: milliseconds since the Unix epoch.
    func range(now: Int64) -> TimeRange {
        let length = DurationText.milliseconds(since ?? Self.standardSince) ?? 3_600_000
        return TimeRange(start: start ?? min(now, end ?? now) - min(length, now), end: end ?? .max)
    }

    // MARK: Links

    /// The page of a trace.
    static func link(_ trace: TraceID) -> String { "\(path)/\(trace)" }

    /// The page of the trace that a text names; `nil` where it names none.
    static func link(named text: String) -> String? {
        guard text.utf8.count == 32 || text.utf8.count == 16, let id = TraceID(text), !id.isZero else { return nil }
        return link(id)
    }

    /// The traces of a camera.
    static func link(camera: String) -> String {
        var address = TracesAddress()
        address.camera = camera
        return address.link()
    }

    /// The traces of a camera around a moment, in milliseconds since the Unix epoch.
    static func link(camera: String, around time: Int64) -> String {
        let around = TimeRange(around: time)
        var address = TracesAddress()
        address.camera = camera
        return address.from(around.start, to: around.end).link()
    }

    func link() -> String {
        let text = FormFields.text(parameters)
        return text.isEmpty ? Self.path : Self.path + "?" + text
    }

    private var parameters: [(name: String, value: String?)] {
        [
            ("q", query.isEmpty ? nil : query), ("camera", camera.isEmpty ? nil : camera),
            ("since", since == Self.standardSince ? nil : since), ("start", start.map { String($0) }),
            ("end", end.map { String($0) }), ("cursor", cursor?.description),
        ]
    }

    func changed(_ change: (inout TracesAddress) -> Void) -> TracesAddress {
        var changed = self
        changed.cursor = nil
        change(&changed)
        return changed
    }

    /// Of a part of the range.
    func from(_ start: Int64?, to end: Int64?) -> TracesAddress {
        changed {
            $0.since = nil
            $0.start = start
            $0.end = end
        }
    }

    /// With another condition, unless it is there.
    func with(_ term: String) -> TracesAddress {
        changed { address in
            if !(" " + address.query + " ").contains(" " + term + " ") {
                address.query = address.query.isEmpty ? term : address.query + " " + term
            }
        }
    }
}
