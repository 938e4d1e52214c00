public import Model

/// Where a line stands: in which file of which host, and when it was written.
public struct LogPlace: Sendable, Hashable {
    /// `log.file.path`.
    public var path: String
    /// `log.offset`: of the line's first byte.
    public var offset: Int64
    /// `host.name`; `nil` for any.
    public var host: String?
    /// In milliseconds since the Unix epoch; `nil` for the newest line at that offset.
    public var time: Int64?

    public init(path: String, offset: Int64, host: String? = nil, time: Int64? = nil) {
        self.path = path
        self.offset = offset
        self.host = host
        self.time = time
    }
}

/// A line and those around it in its file, in the file's order.
public struct LogContext: Sendable {
    public let before: [LogEvent]
    public let event: LogEvent
    public let after: [LogEvent]
    /// Whether the time was over before all was looked at.
    public let isPartial: Bool
}

extension LogSearch {
    /// The lines around one in its own file.
    ///
    /// A path may have held several files, one after the other, in which offsets begin anew. Within one file offsets rise as
    /// times do; where they fall, another file begins. Lines that were written within ``slack`` of each other may be out of
    /// order.
    /// - Returns: `nil` where no line stands at that place.
    /// - Throws: what `source` throws.
    public static func context(
        of place: LogPlace, before: Int, after: Int, source: any LogSource
    ) throws -> LogContext? {
        var reader = FileReader(place: place, source: source)
        guard let event = try reader.event() else { return nil }
        let earlier = try reader.neighbours(of: event, .before, count: before)
        let later = try reader.neighbours(of: event, .behind, count: after)
        return LogContext(before: earlier, event: event, after: later, isPartial: reader.isPartial)
    }

    /// By how many milliseconds the times of lines of one file may be out of order.
    static let slack: Int64 = 2_000
}

/// Finds the lines of one file among the events of its path.
private struct FileReader {
    let place: LogPlace
    let source: any LogSource
    private(set) var isPartial = false

    enum Side { case before, behind }

    private static let pathName = "log.file.path"
    private static let offsetName = "log.offset"
    private static let hostName = "host.name"

    /// How far from the line neighbours are looked for first, in bytes, and by how much farther each time.
    private static let nearest: Int64 = 16 << 10
    private static let growth: Int64 = 64
    /// The farthest, in bytes.
    private static let farthest: Int64 = 16 << 20

    init(place: LogPlace, source: any LogSource) {
        self.place = place
        self.source = source
    }

    mutating func event() throws -> LogEvent? {
        let range = place.time.map { TimeRange(start: $0, end: $0) } ?? .all
        return try events(place.offset...place.offset, in: range, ascending: false, limit: 1).first
    }

    /// The nearest lines on one side, in the file's order.
    mutating func neighbours(of event: LogEvent, _ side: Side, count: Int) throws -> [LogEvent] {
        if count <= 0 { return [] }
        let range = try times(of: event, side)
        var reach = Self.nearest
        while true {
            let (offsets, isWhole) = offsets(side, reach)
            guard let offsets else { return [] }
            // Those out of order come beside them.
            let found = try events(offsets, in: range, ascending: side == .behind, limit: count * 2 + 100)
            let (lines, hasTurned) = sameFile(found, side)
            if lines.count >= count || hasTurned || isWhole || isPartial || reach >= Self.farthest {
                return side == .before ? Array(lines.suffix(count)) : Array(lines.prefix(count))
            }
            reach *= Self.growth
        }
    }

    /// The times on one side of the line within which its path held its file.
    private mutating func times(of event: LogEvent, _ side: Side) throws -> TimeRange {
        let time = min(max(event.timestamp, .min + 2 * LogSearch.slack), .max - 2 * LogSearch.slack)
        // A file begins with a line at its first byte, if that is stored.
        let first = try events(0...0, in: TimeRange(start: .min, end: time), ascending: false, limit: 1).first?
            .timestamp
        let next = try events(0...0, in: TimeRange(start: time + 1, end: .max), ascending: true, limit: 1).first?
            .timestamp
        let other = try otherFile(time, side)
        switch side {
        case .before:
            return TimeRange(
                start: max(first ?? .min, other ?? .min), end: min(time + LogSearch.slack, (next ?? .max) - 1))
        case .behind:
            return TimeRange(start: max(time - LogSearch.slack, first ?? .min), end: min(next ?? .max, other ?? .max))
        }
    }

    /// The nearest time at which the path held another file for certain: before the line one that was longer by then, behind
    /// it one that was shorter.
    private mutating func otherFile(_ time: Int64, _ side: Side) throws -> Int64? {
        let offset = place.offset
        switch side {
        case .before:
            let far = try events(
                offset...(.max), in: TimeRange(start: .min, end: time - LogSearch.slack - 1), ascending: false, limit: 1
            )
            let (beyond, overflows) = offset.addingReportingOverflow(Self.nearest)
            let near = try events(
                (overflows ? .max : beyond)...(.max), in: TimeRange(start: time - LogSearch.slack, end: time - 1),
                ascending: false, limit: 1)
            return (far + near).map(\.timestamp).max()
        case .behind:
            let far = try events(
                0...max(0, offset), in: TimeRange(start: time + LogSearch.slack + 1, end: .max), ascending: true,
                limit: 1)
            let near = try events(
                0...max(0, offset - Self.nearest), in: TimeRange(start: time + 1, end: time + LogSearch.slack),
                ascending: true, limit: 1)
            return (far + near).map(\.timestamp).min()
        }
    }

    /// Offsets within reach, and whether there are none beyond; `nil` where there are none at all.
    private func offsets(_ side: Side, _ reach: Int64) -> (range: ClosedRange<Int64>?, isWhole: Bool) {
        switch side {
        case .before:
            if place.offset <= 0 { return (nil, true) }
            let first = max(0, place.offset - reach)
            return (first...(place.offset - 1), first == 0)
        case .behind:
            let (last, overflows) = place.offset.addingReportingOverflow(reach)
            if place.offset == .max { return (nil, true) }
            return ((place.offset + 1)...(overflows ? .max : last), overflows)
        }
    }

    /// Of lines that lie ever farther from the place in time, those of its file, in the file's order; and whether another
    /// file begins behind them.
    private func sameFile(_ events: [LogEvent], _ side: Side) -> (lines: [LogEvent], hasTurned: Bool) {
        var lines: [Int64: LogEvent] = [:]
        // The line that is farthest from the place, and the time of the last one.
        var farthest = place.offset
        var last: Int64?
        var hasTurned = false
        for event in events {
            guard case .integer(let offset)? = event[Self.offsetName] else { continue }
            let isFarther = side == .before ? offset < farthest : offset > farthest
            let isNear = last.map { ($0 - event.timestamp).magnitude <= LogSearch.slack } ?? true
            // Nothing stands before a file's first byte, and no offset comes twice.
            let isOther = lines[offset] != nil || (side == .before && farthest == 0)
            if isOther || !(isFarther || isNear) {
                hasTurned = true
                break
            }
            lines[offset] = event
            if isFarther { farthest = offset }
            last = event.timestamp
        }
        return (lines.sorted { $0.key < $1.key }.map(\.value), hasTurned)
    }

    private mutating func events(
        _ offsets: ClosedRange<Int64>, in range: TimeRange, ascending: Bool, limit: Int
    ) throws -> [LogEvent] {
        var tests = [
            LogCondition.test(Self.equal(Self.pathName, place.path)),
            .test(
                LogTest(
                    .name(Self.offsetName), numbers: Double(offsets.lowerBound)...Double(offsets.upperBound),
                    isNumberRange: true
                ) { value, _ in
                    if case .integer(let offset) = value { offsets.contains(offset) } else { false }
                }),
        ]
        var needs = LogFilter.Needs(values: [Self.pathName: [[place.path.lowercased()]]])
        if let host = place.host {
            tests.append(.test(Self.equal(Self.hostName, host)))
            needs.values[Self.hostName] = [[host.lowercased()]]
        }
        let place = place
        var filter = LogFilter(
            in: range, ascending: ascending, limit: limit, needs: needs, condition: .every(tests)
        ) { event in
            guard case .integer(let offset)? = event[Self.offsetName], offsets.contains(offset),
                event[Self.pathName] == .string(place.path)
            else { return false }
            return place.host.map { event[Self.hostName] == .string($0) } ?? true
        }
        var isCut = false
        filter.whenTimeIsOver = { isCut = true }
        let found = try source.events(filter)
        isPartial = isPartial || isCut
        return found
    }

    /// A field whose value is exactly `text`.
    private static func equal(_ name: String, _ text: String) -> LogTest {
        let runs = text.split { !$0.isASCII }.map { $0.lowercased() }
        return LogTest(.name(name), literals: runs, numbers: nil) { value, _ in value == .string(text) }
    }
}
