internal import Instruments
internal import Model
internal import RTSP
internal import Recorders
internal import SharedCauses

/// Publishes what is known of cameras, and takes away what is known no more.
struct CameraMetrics {
    private let registry: Registry
    private var info: [String: [String]] = [:]
    private var published: Set<String> = []

    init(registry: Registry) { self.registry = registry }

    /// Everything about one camera that its metrics show.
    struct Values {
        /// `nil` where nobody can know it.
        var isConnected: Bool? = false
        /// Whether nothing is to be told of it.
        var isPaused = false
        /// `nil` where it is not measured.
        var fps: Double?
        var expectedFPS: Double?
        var bitrate: Double?
        var lastFrame: Int64?
        var frames: Double = 0
        var dropped: Double = 0
        var probe: ProbeReading?
        var failures: [CameraFailure: UInt64] = [:]
        var recorder: RecorderMeter.Reading?
        var hasRecorder = false
        /// Whether its recorder ended as it was told to.
        var hasEndedOrderly = false
        /// What a person is told of a camera that is down or not recorded.
        var trouble: Trouble?
        var restarts: UInt64 = 0
        var lastExitCode: Int32?
        var recording: RecordingReading?
        var delays: [Double] = []
        var retentionWanted: Double?
    }

    /// Why a camera is down or not recorded: the labels of `camera_trouble_info`.
    struct Trouble: Equatable {
        var state: CameraState
        var reason: String
        var sentence: String
    }

    private var streams: Set<CameraStream> = []
    private var troubles: [String: [String]] = [:]

    private mutating func publish(_ camera: String, _ trouble: Trouble?) {
        let labels = trouble.map { [camera, $0.state.rawValue, $0.reason, $0.sentence] }
        guard labels != troubles[camera] else { return }
        if let old = troubles[camera] { registry.remove(Catalogue.cameraTroubleInfo, labelValues: old) }
        troubles[camera] = labels
        if let labels { registry.gauge(Catalogue.cameraTroubleInfo, labelValues: labels).set(1) }
    }

    private var causes: [String: [String]] = [:]
    private var groups: Set<[String]> = []

    /// Publishes which cameras failed together.
    mutating func publish(_ groups: [SharedCauses.Group]) {
        if groups.isEmpty, self.groups.isEmpty { return }
        var causes: [String: [String]] = [:]
        // Two logins of one device have one name here.
        var watched: [[String]: Int] = [:]
        var spans: [[String]: Int64] = [:]
        for group in groups {
            let labels = [group.cause.kind.rawValue, group.cause.cause]
            watched[labels, default: 0] += group.cause.watched
            if let span = group.cause.span { spans[labels] = max(spans[labels] ?? 0, span) }
            for camera in group.cameras { causes[camera] = [camera] + labels }
        }
        for (camera, labels) in self.causes where causes[camera] != labels {
            registry.remove(Catalogue.cameraSharedCauseInfo, labelValues: labels)
        }
        for (camera, labels) in causes where self.causes[camera] != labels {
            registry.gauge(Catalogue.cameraSharedCauseInfo, labelValues: labels).set(1)
        }
        for labels in self.groups.subtracting(watched.keys) {
            registry.remove(Catalogue.cameraSharedCauseCameras, labelValues: labels)
        }
        for labels in self.groups.subtracting(spans.keys) {
            registry.remove(Catalogue.cameraSharedCauseSpanSeconds, labelValues: labels)
        }
        for (labels, count) in watched {
            registry.gauge(Catalogue.cameraSharedCauseCameras, labelValues: labels).set(Double(count))
        }
        for (labels, span) in spans {
            registry.gauge(Catalogue.cameraSharedCauseSpanSeconds, labelValues: labels).set(Double(span) / 1_000)
        }
        (self.causes, self.groups) = (causes, Set(watched.keys))
    }

    mutating func publish(_ camera: String, _ values: Values, now: Int64) {
        published.insert(camera)
        gauge(Catalogue.cameraConnectionStatus, camera, values.isConnected.map { $0 ? 1 : 0 })
        gauge(Catalogue.cameraPaused, camera, values.isPaused ? 1 : nil)
        let isDown = values.isConnected == false
        gauge(Catalogue.cameraFPS, camera, isDown ? 0 : values.fps)
        gauge(Catalogue.cameraFPSExpected, camera, values.expectedFPS)
        gauge(Catalogue.cameraBitrate, camera, isDown ? 0 : values.bitrate)
        gauge(Catalogue.cameraLastFrameTimestamp, camera, values.lastFrame.map { Double($0) / 1_000 })
        registry.counter(Catalogue.cameraFramesTotal, camera).set(total: values.frames)
        registry.counter(Catalogue.cameraFramesDroppedTotal, camera).set(total: values.dropped)
        for (reason, count) in values.failures {
            registry.counter(Catalogue.cameraConnectionFailuresTotal, camera, reason.rawValue).set(total: Double(count))
        }
        publishProbe(camera, values.probe)
        publish(camera, values.trouble)
        publishRecorder(camera, values, now)
        publishRecording(camera, values, now)
    }

    /// Of a stream beside the camera's main one.
    mutating func publish(_ stream: CameraStream, _ status: CameraStatus, isTold: Bool, _ isConnected: Bool) {
        streams.insert(stream)
        func gauge(_ definition: MetricDefinition, _ value: Double?) {
            let labels = [stream.camera, stream.name]
            if let value, isTold {
                registry.gauge(definition, labelValues: labels).set(value)
            } else {
                registry.remove(definition, labelValues: labels)
            }
        }
        gauge(Catalogue.cameraSubstreamUp, isConnected ? 1 : 0)
        gauge(Catalogue.cameraSubstreamFPS, isConnected ? status.fps : 0)
        gauge(Catalogue.cameraSubstreamBitrate, isConnected ? status.bitrate : 0)
    }

    private mutating func publishProbe(_ camera: String, _ probe: ProbeReading?) {
        let isPlaying = probe?.connected ?? false
        gauge(Catalogue.cameraKeyframeIntervalSeconds, camera, probe?.keyframeIntervalSeconds)
        gauge(Catalogue.cameraKeyframeAgeSeconds, camera, probe?.keyframeAgeSeconds)
        gauge(Catalogue.cameraRTPJitterSeconds, camera, isPlaying ? probe?.jitterSeconds : nil)
        gauge(Catalogue.cameraClockOffsetSeconds, camera, isPlaying ? probe?.clockOffsetSeconds : nil)
        gauge(Catalogue.cameraFirstFrameSeconds, camera, probe?.firstFrameSeconds)
        guard let probe else { return }
        registry.counter(Catalogue.cameraRTPPacketsLostTotal, camera).set(total: Double(probe.packetsLost))
        registry.counter(Catalogue.cameraRTSPBytesSkippedTotal, camera).set(total: Double(probe.bytesSkipped))
        for kind in ["frozen", "black"] {
            registry.gauge(Catalogue.cameraPictureSuspect, camera, kind).set(
                probe.pictureSuspect?.rawValue == kind ? 1 : 0)
        }
        guard let codec = probe.codec else { return }
        let labels = [
            camera, codec, probe.width.map(String.init) ?? "", probe.height.map(String.init) ?? "", probe.profile ?? "",
        ]
        if let old = info[camera], old != labels { registry.remove(Catalogue.cameraStreamInfo, labelValues: old) }
        info[camera] = labels
        registry.gauge(Catalogue.cameraStreamInfo, labelValues: labels).set(1)
    }

    private func publishRecorder(_ camera: String, _ values: Values, _ now: Int64) {
        gauge(Catalogue.ffmpegProcessCPUPercent, camera, values.recorder?.cpuPercent)
        gauge(Catalogue.ffmpegProcessMemoryMB, camera, values.recorder.map { $0.facts.residentBytes / 1e6 })
        gauge(
            Catalogue.ffmpegProcessUptimeSeconds, camera,
            values.recorder.map { max(0, Double(now - $0.facts.startedAt) / 1_000) })
        gauge(Catalogue.recorderUp, camera, values.hasRecorder ? (values.recorder == nil ? 0 : 1) : nil)
        gauge(Catalogue.recorderEndedOrderly, camera, values.hasRecorder && values.hasEndedOrderly ? 1 : nil)
        gauge(Catalogue.recorderLastExitCode, camera, values.lastExitCode.map { Double($0) })
        if values.hasRecorder {
            registry.counter(Catalogue.ffmpegProcessRestartsTotal, camera).set(total: Double(values.restarts))
        }
    }

    private func publishRecording(_ camera: String, _ values: Values, _ now: Int64) {
        gauge(Catalogue.recordingRetentionWantedSeconds, camera, values.retentionWanted)
        guard let recording = values.recording else { return }
        let histogram = registry.histogram(Catalogue.segmentProcessingSeconds, camera)
        values.delays.forEach(histogram.observe)
        gauge(Catalogue.recordingLastSegmentTimestampSeconds, camera, recording.lastWrite.map { Double($0) / 1_000 })
        gauge(Catalogue.recordingOverdue, camera, recording.isOverdue || recording.problem != nil ? 1 : 0)
        gauge(Catalogue.recordingBytesPerHour, camera, recording.bytesPerHour)
        gauge(Catalogue.recordingRetentionSeconds, camera, recording.oldest.map { max(0, Double(now - $0) / 1_000) })
        gauge(Catalogue.recordingRetentionForecastSeconds, camera, recording.retentionForecast)
        if let footage = recording.footage {
            registry.counter(Catalogue.cameraFootageSecondsTotal, camera).set(total: footage.footageSeconds)
            if let due = footage.dueSeconds {
                registry.counter(Catalogue.cameraFootageDueSecondsTotal, camera).set(total: due)
            } else {
                registry.remove(Catalogue.cameraFootageDueSecondsTotal, labelValues: [camera])
            }
        }
        gauge(Catalogue.recordingDeletedAgeSeconds, camera, recording.deletion?.age)
        // Until the past is known its gaps would seem to come now.
        guard recording.isHistoryKnown else { return }
        registry.counter(Catalogue.recordingGapsTotal, camera).set(total: Double(recording.gaps))
        registry.counter(Catalogue.recordingGapSecondsTotal, camera).set(total: recording.gapSeconds)
    }

    private func gauge(_ definition: MetricDefinition, _ camera: String, _ value: Double?) {
        if let value {
            registry.gauge(definition, camera).set(value)
        } else {
            registry.remove(definition, labelValues: [camera])
        }
    }

    /// Ends the series of cameras that are no longer among `cameras`.
    mutating func keep(only cameras: Set<String>) {
        for stream in streams where !cameras.contains("\(stream.camera)/\(stream.name)") {
            for definition in Catalogue.substreams {
                registry.remove(definition, labelValues: [stream.camera, stream.name])
            }
            streams.remove(stream)
        }
        for camera in published.subtracting(cameras) {
            registry.removeAll(whereFirstLabelIs: camera, named: "camera_id")
            info[camera] = nil
            troubles[camera] = nil
            causes[camera] = nil
        }
        published.formIntersection(cameras)
    }
}
