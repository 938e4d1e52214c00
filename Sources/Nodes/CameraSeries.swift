internal import Base
internal import Model

/// What the series of one camera say of it: the newest value of each.
struct CameraSeries {
    /// A value and when it was stored, in milliseconds since the Unix epoch.
    struct Reading {
        let time: Int64
        let value: Double
    }

    /// What of the series is read, and by which name.
    enum Name: String, CaseIterable {
        case connected = "camera_connection_status"
        case fps = "camera_fps"
        case expectedFPS = "camera_fps_expected"
        case bitrate = "camera_bitrate"
        case lastFrame = "camera_last_frame_timestamp"
        case lastSegment = "recording_last_segment_timestamp_seconds"
        case overdue = "recording_overdue"
        case frames = "camera_frames_total"
        case dropped = "camera_frames_dropped_total"
        case trouble = "camera_trouble_info"
        case stream = "camera_stream_info"
        case paused = "camera_paused"
        case sharedCause = "camera_shared_cause_info"
    }

    let id: String
    let node: CameraNode
    /// The job that brought the newest sample.
    var job = ""
    var readings: [Name: Reading] = [:]
    /// Those whose series ended.
    private var ended: Set<Name> = []
    /// When the newest sample of any of its series was stored; that it ended does not count.
    var lastSample: Int64 = .min
    /// When the newest of its series that have not ended was stored; `nil` where all have.
    var lastAlive: Int64?
    /// What came and what was lost within the time that is looked at.
    var counted: [Name: Double] = [:]
    /// Labels of the newest series that say something by them and have not ended.
    var infos: [Name: Labels] = [:]
    /// Since when the connection has been as it is now, within the time that is looked at.
    var connectedSince: Int64?
    /// Whether it was seen to become so.
    private(set) var sawChange = false
    /// How far apart samples are; `nil` where there are not two.
    var interval: Int64?

    init(id: String, node: CameraNode) {
        self.id = id
        self.node = node
    }

    /// Takes what a series of the camera has in the time that is looked at.
    mutating func take(_ name: Name, _ column: SeriesColumn) {
        guard let time = column.timestamps.last, let value = column.values.last else { return }
        if StaleMarker.isStale(value) {
            // Before the mark it was alive.
            guard let index = column.values.lastIndex(where: { !StaleMarker.isStale($0) }) else { return }
            let time = column.timestamps[index]
            if time > lastSample {
                lastSample = time
                job = column.labels["job"]
            }
            if keep(name, Reading(time: time, value: column.values[index])) { ended.insert(name) }
            return
        }
        if time > lastSample {
            lastSample = time
            job = column.labels["job"]
        }
        lastAlive = max(lastAlive ?? .min, time)
        guard keep(name, Reading(time: time, value: value)) else { return }
        ended.remove(name)
        switch name {
        case .frames, .dropped: counted[name] = Self.increase(column.values)
        case .trouble, .stream, .sharedCause: infos[name] = column.labels
        case .connected: takeConnection(column, value)
        default: break
        }
    }

    @discardableResult
    private mutating func keep(_ name: Name, _ reading: Reading) -> Bool {
        if let old = readings[name], old.time > reading.time { return false }
        readings[name] = reading
        return true
    }

    private mutating func takeConnection(_ column: SeriesColumn, _ value: Double) {
        let times = column.timestamps
        if times.count > 1 { interval = times[times.count - 1] - times[times.count - 2] }
        var index = times.count - 1
        while index > 0, column.values[index - 1] == value { index -= 1 }
        connectedSince = times[index]
        sawChange = index > 0
    }

    /// How much a counter rose; a fall is a restart, after which it began at zero.
    private static func increase(_ values: [Double]) -> Double {
        var sum = 0.0
        for (before, after) in zip(values, values.dropFirst()) {
            let step = after - before
            if step >= 0 { sum += step } else if after >= 0 { sum += after }
        }
        return sum
    }

    /// The value of a series that has not ended before the camera's newest did, by more than one round.
    func value(_ name: Name) -> Double? {
        guard !ended.contains(name), let reading = readings[name], let lastAlive,
            reading.time >= lastAlive - 2 * (interval ?? 15_000)
        else {
            return nil
        }
        // Neither is a rate, and JSON has no word for them.
        return reading.value.isFinite ? reading.value : nil
    }

    /// A time that a series holds in seconds, in milliseconds since the Unix epoch by the clock of its node.
    func time(_ name: Name) -> Int64? {
        readings[name].flatMap { Self.times.contains($0.value) ? Int64(($0.value * 1_000).rounded()) : nil }
    }

    /// Seconds since the Unix epoch that may be a time: an exporter may mean milliseconds, or anything.
    private static let times = 1..<1e11

    /// By how much the node's clock is behind ours at most, as a frame that is counted now cannot be old.
    var clockLag: Int64? {
        guard value(.connected) == 1, value(.fps) ?? 0 > 0, let lastFrame = time(.lastFrame), let lastAlive else {
            return nil
        }
        return lastAlive - lastFrame
    }
}

extension CameraSeries {
    /// What a person is told of the camera.
    /// - Parameters:
    ///   - nodeProblem: why its node tells nothing; `nil` while it does.
    ///   - clockLag: by how much the node's clock is behind ours, in milliseconds.
    func status(nodeProblem: String?, clockLag: Int64) -> CameraStatus {
        var status = CameraStatus(id: id, state: .unknown, since: connectedSince ?? lastSample)
        status.node = node
        status.lastFrame = time(.lastFrame).map { $0 + clockLag }
        status.lastRecorded = time(.lastSegment).map { $0 + clockLag }
        if let info = infos[.stream] {
            func text(_ label: String) -> String? { info[label].isEmpty ? nil : info[label] }
            status.codec = text("codec")
            status.width = text("width").flatMap { Int($0) }
            status.height = text("height").flatMap { Int($0) }
        }
        if let nodeProblem {
            status.nodeProblem = nodeProblem
            status.since = lastSample
            status.reason = "Nothing comes from its node \(node.name): \(nodeProblem)"
            return status
        }
        status.fps = value(.fps)
        status.expectedFPS = value(.expectedFPS)
        status.bitrate = value(.bitrate)
        if let frames = counted[.frames], let dropped = counted[.dropped], frames + dropped > 0,
            (frames + dropped).isFinite
        {
            status.dropRatio = dropped / (frames + dropped)
        }
        (status.state, status.reason) = verdict(status)
        if let info = infos[.trouble], value(.trouble) != nil {
            status.failure = CameraFailure(rawValue: info["reason"])
        }
        if status.state == .offline || status.state == .stalled, let frame = status.lastFrame {
            status.since = min(status.since, frame)
        }
        return status
    }

    private func verdict(_ status: CameraStatus) -> (CameraState, String) {
        if value(.trouble) == 1, let info = infos[.trouble], let state = CameraState(rawValue: info["state"]),
            state < .degraded
        {
            // Of somebody else's words nothing is known.
            return (state, Redaction.urls(in: info["sentence"].isEmpty ? info["reason"] : info["sentence"]))
        }
        if value(.paused) == 1 { return (.unknown, "In maintenance, or still as it is meant to be.") }
        // Without a word on the connection, frames by the second are the next best.
        let connected = value(.connected) ?? status.fps.map { $0 > 0 ? 1 : 0 }
        guard let connected else { return (.unknown, "Its node cannot tell whether it gives pictures.") }
        if connected == 0 { return (.offline, "camera_connection_status is 0, and its node gives no reason.") }
        if value(.overdue) == 1 { return (.notRecording, "Its node finds no new video in its recordings.") }
        var doubts: [String] = []
        if let fps = status.fps, let expected = status.expectedFPS, fps < CameraStatus.lowestRateShare * expected {
            doubts.append("\(CameraStatus.tenths(fps)) of \(CameraStatus.tenths(expected)) frames a second")
        }
        if let ratio = status.dropRatio, ratio > CameraStatus.highestDropRatio {
            doubts.append("\(CameraStatus.tenths(ratio * 100)) % of frames are lost")
        }
        let reason = doubts.joined(separator: "; ")
        return doubts.isEmpty ? (.online, "") : (.degraded, reason.prefix(1).uppercased() + reason.dropFirst())
    }
}
