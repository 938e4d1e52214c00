internal import LogDocuments
internal import LogShipping
internal import Model

/// A push request of Loki as events: labels and structured metadata as fields, the line as `message`.
///
/// A label keeps its own name, so that `component:recording` finds what was pushed with `component="recording"`; where the
/// name is one of the event itself it is `labels.NAME`. Structured metadata stands beside the labels, and as
/// `metadata.NAME` where a label has its name. The level is named as that of all events.
struct LokiPush {
    /// What a request may hold. Counted while it is decoded, as a short compressed body may unfold into millions.
    enum Limits {
        static let streams = 50_000
        static let entries = 250_000
        static let labelsOfStream = 256
        static let pairsOfEntry = 256
        /// Labels and metadata of all streams and entries together.
        static let pairs = 1_000_000
        /// A line that is longer is left out, and the answer says so.
        static let lineBytes = 1 << 20
    }

    private(set) var events: [LogEvent] = []
    /// Lines that were left out, and why the last one was.
    private(set) var rejected = 0
    private(set) var reason = ""

    private var streams = 0
    private var pairs = 0
    private var shared = LogFields.Shared([:])
    private var isLeveled = false

    private static let ownNames = DocumentFields.all.union(["message", "@timestamp"])

    /// Begins a stream: what is added next has these labels.
    mutating func begin(_ labels: [LokiLabels.Pair]) throws(LokiError) {
        streams += 1
        guard streams <= Limits.streams else {
            throw LokiError("it has more than the limit of \(Limits.streams) streams; send smaller batches")
        }
        guard labels.count <= Limits.labelsOfStream else {
            throw LokiError("a stream has more than the limit of \(Limits.labelsOfStream) labels")
        }
        try take(labels.count)
        var event = LogEvent(timestamp: 0, fields: [:])
        for label in labels {
            event.fields[Self.ownNames.contains(label.name) ? "labels." + label.name : label.name] = .string(
                label.value)
        }
        event.nameLevel()
        event.redact()
        isLeveled = event.fields["level"] != nil
        shared = LogFields.Shared(Dictionary(event.fields.map { ($0.key, $0.value) }) { _, last in last })
    }

    private mutating func take(_ count: Int) throws(LokiError) {
        pairs += count
        guard pairs <= Limits.pairs else {
            throw LokiError("it has more than the limit of \(Limits.pairs) labels and metadata; send smaller batches")
        }
    }

    /// Adds a line of the stream that was begun last.
    /// - Parameter time: in nanoseconds since the Unix epoch.
    mutating func add(_ time: Int64, _ line: String, _ metadata: [LokiLabels.Pair]) throws(LokiError) {
        guard events.count + rejected < Limits.entries else {
            throw LokiError("it has more than the limit of \(Limits.entries) lines; send smaller batches")
        }
        guard metadata.count <= Limits.pairsOfEntry else {
            throw LokiError("a line has more than the limit of \(Limits.pairsOfEntry) metadata")
        }
        try take(metadata.count)
        let bytes = line.utf8.count
        guard bytes <= Limits.lineBytes else {
            rejected += 1
            reason = "a line has \(bytes) bytes, and the limit is \(Limits.lineBytes)"
            return
        }
        let milliseconds = time >= 0 ? time / 1_000_000 : (time - 999_999) / 1_000_000
        var event = LogEvent(timestamp: milliseconds, fields: LogFields(sharing: shared))
        event.fields.append("message", .string(line))
        for pair in metadata {
            let isTaken = Self.ownNames.contains(pair.name) || event.fields[pair.name] != nil
            event.fields[isTaken ? "metadata." + pair.name : pair.name] = .string(pair.value)
        }
        if !isLeveled { nameLevel(of: &event) }
        event.redact()
        events.append(event)
    }

    private func nameLevel(of event: inout LogEvent) {
        event.nameLevel()
        // Loki's own servers write down what they found in the line.
        if event.fields["level"] == nil, case .string(let found)? = event.fields["detected_level"], found != "unknown" {
            event.fields["level"] = .string(found)
            event.nameLevel()
        }
        event.nameLevelOfMessage()
    }
}
