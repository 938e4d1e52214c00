internal import Base
internal import CameraRecords
internal import Model
internal import State

/// Gathers what is known of cameras' past: the series of their connections, and the footage that was written down.
struct HistoryReader: Sendable {
    let source: any SampleSource
    let footage: StateStore
    /// Whether a series is of a camera that this host watches: another node may have one of the same id.
    let isOwn: @Sendable (Labels) -> Bool

    /// Samples that are held at once, about; each takes sixteen bytes.
    private static let samplesAtOnce: Int64 = 8_000_000
    /// Sealed samples lie in blocks of so many milliseconds: none is to be decoded twice.
    private static let block: Int64 = 7_200_000
    private static let longestWindow: Int64 = 31 * 86_400_000
    /// Milliseconds before the span in which the sample lies that stands at its beginning.
    private static let lookback: Int64 = 300_000
    /// The most frequent samples that are expected; milliseconds.
    private static let shortestStep: Int64 = 5_000

    /// What is known of cameras in a span of time, in their order.
    /// - Throws: what the stores throw, and `CancellationError` where the work is over.
    func histories(of cameras: [String], in range: TimeSpan) throws -> [CameraHistory] {
        let connections = try connections(of: cameras, range)
        let restarts = try restarts(of: cameras, range)
        return try cameras.map { camera in
            try Work.check()
            var history = CameraHistory(camera: camera)
            history.connection = connections[camera] ?? ConnectionHistory()
            history.restarts = restarts[camera] ?? CounterRises()
            history.footage = try footage.footage(of: camera, in: range)
            return history
        }
    }

    func connections(of cameras: [String], _ range: TimeSpan) throws -> [String: ConnectionHistory] {
        var series: [Labels: ConnectionHistory] = [:]
        try read("camera_connection_status", of: cameras, range) {
            series[$0.labels, default: ConnectionHistory()].add($0.timestamps, $0.values)
        }
        return byCamera(series).mapValues { histories in
            var whole = ConnectionHistory()
            for history in histories {
                var history = history
                history.end()
                whole.formUnion(history)
            }
            return whole
        }
    }

    private func restarts(of cameras: [String], _ range: TimeSpan) throws -> [String: CounterRises] {
        var series: [Labels: CounterRises] = [:]
        try read("ffmpeg_process_restarts_total", of: cameras, range) {
            series[$0.labels, default: CounterRises()].add($0.timestamps, $0.values)
        }
        // Of two series of one recorder each has all its restarts.
        return byCamera(series).compactMapValues { counters in
            counters.max { $0.count(in: range) < $1.count(in: range) }
        }
    }

    /// The series of each camera.
    private func byCamera<Value>(_ series: [Labels: Value]) -> [String: [Value]] {
        Dictionary(grouping: series) { $0.key["camera_id"] }.mapValues { $0.map(\.value) }
    }

    /// Reads a metric of the cameras piece by piece, so that a month of a thousand cameras needs no more memory than a day.
    /// - Parameter isMeant: which series are read; `nil` for those of ``isOwn``.
    func read(
        _ metric: String, of cameras: [String], _ range: TimeSpan, where isMeant: ((Labels) -> Bool)? = nil,
        _ take: (SeriesColumn) throws -> Void
    ) throws {
        let isMeant = isMeant ?? isOwn
        var matchers = [Matcher.equal(Labels.metricName, metric)]
        if cameras.count == 1 { matchers.append(.equal("camera_id", cameras[0])) }
        let wanted = Set(cameras)
        var window = Self.window(of: cameras.count)
        var start = range.start - Self.lookback
        while start < range.end {
            try Work.check()
            let end = min(range.end, (start / Self.block) * Self.block + window)
            do {
                let columns = try source.select(
                    matchers, in: TimeRange(start: start, end: end - 1), sampleLimit: 3 * Int(Self.samplesAtOnce))
                for column in columns where wanted.contains(column.labels["camera_id"]) && isMeant(column.labels) {
                    try take(column)
                }
                start = end
            } catch let error as any SampleSourceFailure where error.isLimit && window > Self.block {
                // Many series of other nodes, or samples that are closer together.
                window = max(Self.block, window / 4 / Self.block * Self.block)
            }
        }
    }

    private static func window(of cameras: Int) -> Int64 {
        let window = samplesAtOnce * shortestStep / Int64(max(1, cameras))
        return min(max(block, window / block * block), longestWindow)
    }
}
