internal import Model
internal import TraceSearch

/// What the page of traces shows, as its address has it.
struct TracesAddress: Sendable {
    static let path = "/traces"

    var query = ""
    /// Beside the query: that the spans are of this camera.
    var camera = ""
    var time = SearchTime()
    /// Where an earlier page ended.
    var cursor: TraceCursor?
    /// What of the address beside its time cannot be taken, for people.
    private var refusal: String?

    /// What of the address cannot be read, for people.
    var problem: String? { time.problem ?? refusal }

    init() {}

    init(_ fields: FormFields) {
        query = (fields["q"] ?? "").trimmed
        camera = (fields["camera"] ?? "").trimmed
        if query.count > TraceQueryText.lengthMax || camera.utf8.count > 1_024 {
            refusal = say("traces.tooLong")
            (query, camera) = ("", "")
        }
        cursor = fields["cursor"].flatMap { TraceCursor($0) }
        time = SearchTime(fields)
    }

    /// - Parameter now: milliseconds since the Unix epoch.
    func range(now: Int64) -> TimeRange { time.range(now: now) }

    /// Whether another reader's clock would give it another meaning.
    var isLocal: Bool { time.isLocal && problem == nil }

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
        [("q", query.isEmpty ? nil : query), ("camera", camera.isEmpty ? nil : camera)] + time.parameters
            + [("cursor", cursor?.description)]
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
            $0.time.since = nil
            $0.time.start = start
            $0.time.end = end
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
