/// What samples of `camera_connection_status` tell of the times between them.
public struct ConnectionHistory: Sendable, Equatable {
    /// When media came, and when none came. In all other time nothing is known.
    public private(set) var up = TimeSpans()
    public private(set) var down = TimeSpans()

    /// The longest time for which a sample stands, as PromQL's lookback: five minutes.
    private static let longestStep: Int64 = 300_000
    /// How many times the usual pause between two samples may pass before the time between them is not known.
    private static let patience = 3.0

    /// Milliseconds that who begins to watch a camera may take to its first media.
    private static let connectingTime: Int64 = 30_000

    private var last: (time: Int64, isUp: Bool)?
    /// A time without media since the samples began, or came at other moments than before: since a start of their server.
    private var connecting: TimeSpan?
    private var usualStep: Int64?

    public init() {}

    public static func == (left: ConnectionHistory, right: ConnectionHistory) -> Bool {
        left.up == right.up && left.down == right.down
    }

    /// When media came again after it had been gone, also where nothing is known of a time between.
    public var reconnects: [Int64] {
        var next = 0
        var moments: [Int64] = []
        for (index, gone) in down.spans.enumerated() {
            while next < up.spans.count, up.spans[next].start < gone.end { next += 1 }
            guard next < up.spans.count else { break }
            let goneAgain = index + 1 < down.spans.count ? down.spans[index + 1].start : .max
            if up.spans[next].start < goneAgain { moments.append(up.spans[next].start) }
        }
        return moments
    }

    /// Takes samples that follow those before, in ascending order of time. A stale marker ends what was known.
    public mutating func add(_ times: [Int64], _ values: [Double]) {
        if let step = Self.usualStep(of: times) { usualStep = step }
        let limit = usualStep.map { min(Int64(Double($0) * Self.patience), Self.longestStep) } ?? Self.longestStep
        for (time, value) in zip(times, values) {
            var beginsAnew = last == nil
            if let last, time > last.time {
                let step = time - last.time
                // Beyond its usual pause nothing is known of the time behind a sample.
                stand(last.isUp, TimeSpan(start: last.time, end: step <= limit ? time : last.time + (usualStep ?? 0)))
                beginsAnew = step > limit || abs(step - (usualStep ?? step)) > (usualStep ?? 0) / 5
            }
            if value.isNaN {
                last = nil
                continue
            }
            last = (time, value > 0.5)
            if value > 0.5 { connecting = nil } else if beginsAnew { connecting = TimeSpan(start: time, end: time) }
        }
    }

    /// Lets the last sample stand for its usual pause; nothing is added afterwards.
    public mutating func end() {
        if let last { stand(last.isUp, TimeSpan(start: last.time, end: last.time + (usualStep ?? 0))) }
        last = nil
        if let connecting { down.insert(connecting) }
        connecting = nil
    }

    /// Who begins to watch a camera has no media at first; where that comes soon, the camera was not gone.
    private mutating func stand(_ isUp: Bool, _ span: TimeSpan) {
        if isUp { return up.insert(span) }
        guard let begun = connecting else { return down.insert(span) }
        let whole = TimeSpan(start: begun.start, end: span.end)
        if whole.length > Self.connectingTime {
            down.insert(whole)
            connecting = nil
        } else {
            connecting = whole
        }
    }

    private static func usualStep(of times: [Int64]) -> Int64? {
        guard times.count > 1 else { return nil }
        // A few hundred show it.
        let stride = max(1, times.count / 256)
        let steps = Swift.stride(from: 1, to: times.count, by: stride).map { times[$0] - times[$0 - 1] }.sorted()
        return steps[steps.count / 2]
    }

    /// Joins what another series tells of the same camera: it is up where one of them says so.
    public mutating func formUnion(_ other: ConnectionHistory) {
        up.formUnion(other.up)
        down.formUnion(other.down)
        down = down.subtracting(up)
    }
}

/// What samples of a counter tell: when it rose, and by how much.
public struct CounterRises: Sendable, Equatable {
    public private(set) var rises: [(time: Int64, count: Int)] = []
    private var last: Double?

    public init() {}

    public static func == (left: CounterRises, right: CounterRises) -> Bool {
        left.rises.elementsEqual(right.rises) { $0 == $1 }
    }

    /// Takes samples that follow those before. A counter that fell began anew at zero.
    public mutating func add(_ times: [Int64], _ values: [Double]) {
        for (time, value) in zip(times, values) where value.isFinite {
            let rise = last.map { value < $0 ? value : value - $0 } ?? 0
            if rise >= 0.5, rise < 1e9 { rises.append((time, Int(rise.rounded()))) }
            last = value
        }
    }

    /// How much it rose in a span.
    public func count(in range: TimeSpan) -> Int {
        rises.reduce(0) { range.start <= $1.time && $1.time < range.end ? $0 + $1.count : $0 }
    }
}
