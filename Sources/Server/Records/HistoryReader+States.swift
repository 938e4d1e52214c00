internal import CameraRecords
internal import Model
internal import SiteView

/// What the series of one camera tell of its states over time.
struct CameraStates {
    /// A time in which an alert with these labels fired.
    struct Firing {
        let labels: Labels
        let span: TimeSpan
    }

    var spans: [BandSpan<CameraState>] = []
    var firings: [Firing] = []
}

extension HistoryReader {
    /// Firings that are read at most; beyond, the band has them and no list does.
    private static let firingsMax = 10_000

    /// The states of a camera, without holes over the range: what its connection, its recordings, its picture, its rate and
    /// its alerts say. The worst of them counts.
    /// - Parameter isAlert: whether an alert with these labels is of the camera.
    func states(
        of camera: String, in range: TimeSpan, isAlert: @escaping (Labels) -> Bool
    ) throws -> CameraStates {
        var states = CameraStates()
        let connection = try connections(of: [camera], range)[camera] ?? ConnectionHistory()
        let troubles = try troubles(of: camera, range)
        func trouble(_ state: CameraState) -> TimeSpans { troubles[state.rawValue] ?? TimeSpans() }
        let paused = try condition("camera_paused", of: camera, range) { $0 == 1 }
        let overdue = try condition("recording_overdue", of: camera, range) { $0 == 1 }
        let suspect = try condition("camera_picture_suspect", of: camera, range) { $0 == 1 }
        states.firings = try firings(of: camera, range, isAlert)
        let grave = states.firings.filter { ["warning", "critical"].contains($0.labels["severity"]) }
        var degraded = TimeSpans(grave.map(\.span))
        degraded.formUnion(suspect)
        degraded.formUnion(try slow(camera, range))
        var silent = overdue.subtracting(paused)
        silent.formUnion(trouble(.notRecording))
        var down = connection.down.subtracting(trouble(.stalled))
        down.formUnion(trouble(.offline))
        states.spans = StateBand.spans(
            [
                (CameraState.offline, down), (.stalled, trouble(.stalled)), (.notRecording, silent),
                (.degraded, degraded), (.online, connection.up),
            ], rest: .unknown, in: range)
        return states
    }

    /// When a condition held of any series of the camera.
    private func condition(
        _ metric: String, of camera: String, _ range: TimeSpan, _ holds: (Double) -> Bool
    ) throws -> TimeSpans {
        var series: [Labels: ConditionHistory] = [:]
        try read(metric, of: [camera], range) { column in
            series[column.labels, default: ConditionHistory()].add(column.timestamps, column.values) {
                holds(column.values[$0])
            }
        }
        return Self.union(series.values)
    }

    private static func union(_ histories: some Sequence<ConditionHistory>) -> TimeSpans {
        histories.reduce(into: TimeSpans()) { whole, history in
            var history = history
            history.end()
            whole.formUnion(history.held)
        }
    }

    /// When the camera was told to be in trouble, by the state's name.
    private func troubles(of camera: String, _ range: TimeSpan) throws -> [String: TimeSpans] {
        var series: [Labels: ConditionHistory] = [:]
        try read("camera_trouble_info", of: [camera], range) { column in
            series[column.labels, default: ConditionHistory()].add(column.timestamps, column.values) {
                column.values[$0] == 1
            }
        }
        return Dictionary(grouping: series) { $0.key["state"] }.mapValues { Self.union($0.map(\.value)) }
    }

    /// When frames came, and too few of them.
    private func slow(_ camera: String, _ range: TimeSpan) throws -> TimeSpans {
        var expected: [(time: Int64, rate: Double)] = []
        try read("camera_fps_expected", of: [camera], range) {
            expected += zip($0.timestamps, $0.values).map { (time: $0, rate: $1) }
        }
        if expected.isEmpty { return TimeSpans() }
        // Two series of one camera are not in the order of time.
        expected.sort { $0.time < $1.time }
        var series: [Labels: ConditionHistory] = [:]
        try read("camera_fps", of: [camera], range) { column in
            var place = 0
            series[column.labels, default: ConditionHistory()].add(column.timestamps, column.values) {
                // What was expected last counts.
                while place + 1 < expected.count, expected[place + 1].time <= column.timestamps[$0] { place += 1 }
                let fps = column.values[$0]
                return fps > 0 && fps < expected[place].rate * CameraStatus.lowestRateShare
            }
        }
        return Self.union(series.values)
    }

    private func firings(
        of camera: String, _ range: TimeSpan, _ isAlert: @escaping (Labels) -> Bool
    ) throws -> [CameraStates.Firing] {
        var series: [Labels: ConditionHistory] = [:]
        try read("ALERTS", of: [camera], range, where: { $0["alertstate"] == "firing" && isAlert($0) }) { column in
            series[column.labels, default: ConditionHistory()].add(column.timestamps, column.values) {
                column.values[$0] > 0
            }
        }
        var firings: [CameraStates.Firing] = []
        for (labels, history) in series {
            var history = history
            history.end()
            var builder = LabelsBuilder(labels)
            for name in [Labels.metricName, "alertstate"] { builder.remove(name) }
            let alert = builder.build()
            firings += history.held.clipped(to: range).spans.map { CameraStates.Firing(labels: alert, span: $0) }
            if firings.count > Self.firingsMax { break }
        }
        return firings
    }
}
