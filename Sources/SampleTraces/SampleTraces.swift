public import Model

/// Traces of a video-management system that does not exist: what its recorders, indexer, uploader, AI workers, gateway,
/// API and playback would tell of a working day. The same seed gives the same traces.
///
/// Names and attributes are those of the conventions of OpenTelemetry, and ours where there are none: `vms.camera.id`,
/// `vms.segment.name`, `vms.stream.protocol`, `vms.ai.job_type`.
public struct SampleTraces: Sendable {
    /// What begins a trace.
    public enum Story: Sendable, CaseIterable {
        /// A segment is written, closed, indexed and uploaded.
        case segment
        /// A frame is looked at by an AI worker, and the plate that it reads is reported.
        case plate
        /// Someone looks at a camera live.
        case live
        /// Someone wants to look at a camera that sends no pictures.
        case stalled
        /// Someone looks for recordings.
        case search
        /// Someone plays a recording.
        case playback
    }

    var random: SampleRandom
    /// When the next trace begins, in nanoseconds since the Unix epoch.
    public private(set) var time: Int64
    let cameras: Int
    /// Nanoseconds between two beginnings, on average.
    private let interval: Int64
    /// A camera whose uploads fail and are slow; `nil` for none.
    public var troubledCamera: String?
    /// How long the AI workers look at a frame, most of the time.
    public var inference = Duration.milliseconds(46)
    /// How long a frame waits for a worker; `nil` for some seconds, each time others.
    public var queueWait: Duration?

    /// - Parameters:
    ///   - start: when the first trace begins, in nanoseconds since the Unix epoch.
    ///   - cameras: how many cameras the site has, `cam-1` and on.
    ///   - interval: between the beginnings of two traces, on average.
    public init(seed: UInt64 = 1, start: Int64, cameras: Int = 40, interval: Duration = .milliseconds(50)) {
        random = SampleRandom(seed)
        time = start
        self.cameras = max(1, cameras)
        let (seconds, attoseconds) = interval.components
        self.interval = max(1, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// The spans of the next trace, parents before children.
    public mutating func next() -> [Span] {
        time += random.exponential(interval)
        return next(Self.story(of: random.below(100)), camera: "cam-\(1 + random.below(cameras))")
    }

    /// The spans of a trace of that kind, which begins at ``time``.
    public mutating func next(_ story: Story, camera: String) -> [Span] {
        var trace = SampleTrace(camera: camera, at: time, isTroubled: camera == troubledCamera, random: random)
        trace.inference = inference
        trace.queueWait = queueWait
        switch story {
        case .segment: trace.segment()
        case .plate: trace.plate()
        case .live: trace.live()
        case .stalled: trace.stalled()
        case .search: trace.search()
        case .playback: trace.playback()
        }
        random = trace.random
        return trace.spans
    }

    /// The spans of whole traces, at least so many.
    public mutating func spans(atLeast count: Int) -> [Span] {
        var spans: [Span] = []
        while spans.count < count { spans += next() }
        return spans
    }

    private static func story(of percent: Int) -> Story {
        switch percent {
        case ..<45: .segment
        case ..<75: .plate
        case ..<85: .live
        case ..<93: .search
        default: .playback
        }
    }
}
