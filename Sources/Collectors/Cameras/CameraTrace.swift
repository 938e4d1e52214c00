internal import Model
internal import RTSP
internal import Recorders

/// What those who watch a camera say of it at one moment.
struct CameraNews {
    var probe: ProbeReading?
    /// Whether the probe is pointed at it.
    var isProbed = false
    var supervised: RecorderState?
    var found: KnownRecorders.Entry?
    /// Whether no session is opened on it, as others record it.
    var isSpared = false
    /// Where it is another of its streams alone that others read, that one's name.
    var sparingStream: String?
    var meter: RecorderMeter.Reading?
    var recordings: RecordingShelf.Contents?
    /// Where the camera is to be watched by gateways, what they say.
    var gateway: GatewayView?

    /// The pid of the ffmpeg that records it, if one runs.
    var recorderPID: Int32? { supervised?.pid ?? (found?.isRunning == true ? found?.pid : nil) }
}

/// What is remembered of a camera from one moment to the next.
struct CameraTrace {
    let knownSince: Int64
    private(set) var state: CameraState?
    private(set) var since: Int64
    private(set) var wasConnected = false
    /// Frames delivered and frames lost.
    private(set) var total = 0.0
    private(set) var dropped = 0.0
    private(set) var recorderFailures: [CameraFailure: UInt64] = [:]
    private var lastRecorderFailure: CameraFailure?
    private var recorded = CountWindow(span: 10_000)
    /// Milliseconds for which frames that were counted stand for now.
    private static let countedLately: Int64 = 3_000
    private var drops: [(time: Int64, frames: Double, dropped: Double)] = []

    /// What it usually gives.
    private(set) var usual: UsualRate
    private var usualNow: ClosedRange<Double>?
    /// Whose rate that is, with its credentials; `nil` until it was looked at.
    private var followedURL: String??
    private var describedFPS: Double?
    private var isRateConfigured = false
    private var plan = CameraPlan()
    private var connectedSince: Int64?
    private static let losslessRatio = 0.01
    private static let noteTime: Int64 = 86_400_000

    /// Milliseconds over which the share of lost frames is taken.
    private static let dropSpan: Int64 = 120_000

    init(knownSince: Int64, usual: UsualRate = UsualRate()) {
        self.knownSince = knownSince
        self.usual = usual
        since = knownSince
    }

    private var verdict: CameraJudge.Verdict?
    private var lastConnected: Int64?

    /// Milliseconds for which a recorder that is started again may take to its first frame.
    private static let restartLimit: Int64 = 10_000
    /// Milliseconds after which a recorder that has ended is not one that is being started again.
    private static let endLimit: Int64 = 20_000
    private var endedSince: Int64?

    /// Takes what was judged. A state improves only when frames were counted: a camera that is down stays so while its
    /// recorder connects anew.
    /// - Returns: what is to be told.
    mutating func take(_ judged: CameraJudge.Verdict, isFound: Bool = false, now: Int64) -> CameraJudge.Verdict {
        var verdict = judged
        let isEnded = judged.state == .notRecording && !judged.isConnected
        endedSince = isEnded ? endedSince ?? now : nil
        if let before = self.verdict, !judged.isConnected, judged.isKnown || isFound {
            let restarts = isFound && judged.state == .unknown && now - (lastConnected ?? .min / 2) < Self.restartLimit
            if restarts, before.isConnected {
                verdict = before
            } else if judged.isKnown, !before.isConnected, before.state < judged.state,
                judged.isStarting || isEnded && now - (endedSince ?? now) < Self.endLimit
            {
                verdict.state = before.state
                verdict.failure = judged.failure ?? before.failure
                if judged.isStarting { verdict.reason = before.reason }
            }
        }
        if judged.isConnected { lastConnected = now }
        connectedSince = judged.isConnected ? connectedSince ?? now : nil
        self.verdict = verdict
        wasConnected = judged.isConnected
        if state != verdict.state {
            state = verdict.state
            since = now
        }
        return verdict
    }

    /// Joins the news with what is remembered.
    mutating func facts(of camera: CameraSettings, _ news: CameraNews, now: Int64) -> CameraFacts {
        var facts = CameraFacts(id: camera.id, now: now, knownSince: knownSince)
        facts.probe = news.isProbed ? news.probe : nil
        if let gateway = camera.restreams.first, let probe = facts.probe, probe.failure != nil {
            facts.probe?.detail = "at \(Redaction.shown(gateway)): \(probe.detail)"
        }
        facts.isOtherStream = camera.streamOf != nil
        facts.sparingStream = news.sparingStream
        let hasNoRate = camera.isCheck || facts.probe?.kind?.hasFrameRate == false
        facts.isDescribed =
            hasNoRate || camera.watch.contains(.describe) && camera.watch.isDisjoint(with: [.probe, .sample])
        plan.follow(camera, now: now)
        facts.isMaintained = plan.isMaintained
        facts.isOnMotion = camera.record == .motion
        facts.isOffTime = !plan.isRecorded
        facts.recordedSince = plan.recordedSince
        facts.segmentLimit = Int64((camera.segmentSeconds ?? 60) * 1_000) + 30_000
        facts.knownSince = max(knownSince, min(plan.toldSince ?? knownSince, now))
        facts.recording = news.recordings?.reading
        if facts.isOnMotion || !plan.isRecorded || plan.isMaintained { facts.recording?.isOverdue = false }
        // Pauses that are meant are no gaps.
        if facts.isOnMotion || !camera.recordTimes.isEmpty { facts.recording?.isHistoryKnown = false }
        facts.wantsRecording =
            plan.isRecorded && (camera.isSupervised || news.found != nil || camera.recordingPath != nil)
        facts.recorder = CameraFacts.Recorder(camera, news, now: now)
        if state == .offline || state == .stalled { facts.downSince = since }
        count(facts, news, now)
        if news.supervised != nil { facts.recorder?.fps = recorded.perSecond }
        facts.dropRatio = dropRatio
        facts.gateway = news.gateway
        facts.isWatchedByGateway = camera.watch.contains(.gateway)
        expect(&facts, of: camera, news)
        countFailure(news.supervised?.failure)
        return facts
    }

    /// What is expected of it: what the configuration says, else the gateway that measures it, else what is usual.
    private mutating func expect(_ facts: inout CameraFacts, of camera: CameraSettings, _ news: CameraNews) {
        let stream = facts.playing?.fps ?? facts.recorder?.fps
        // An address that cannot be read now is no other one.
        if camera.url != followedURL, camera.url != nil || !camera.isURLUnreadable {
            followedURL = .some(camera.url)
            usual.follow(camera.url.map { Redaction.shown($0) })
        }
        describedFPS = news.probe?.describedFPS
        isRateConfigured = camera.fps != nil
        usual.take(
            facts.isSettled(since: connectedSince) ? stream ?? facts.gateway?.fps : nil, declared: describedFPS,
            isLossless: (facts.dropRatio ?? 0) <= Self.losslessRatio, now: facts.now)
        usualNow = usual.range(at: facts.now)
        if let wanted = camera.fps {
            facts.expectedFPS = wanted
        } else if stream == nil, let told = news.gateway?.expectedFPS {
            facts.expectedFPS = told...told
        } else {
            facts.expectedFPS = usualNow
        }
    }

    /// What a person should know of its frame rate; without the camera's name.
    func rateNote(now: Int64) -> String? {
        guard !isRateConfigured, let range = usualNow else { return nil }
        if let fell = usual.fell, (0..<Self.noteTime).contains(now - fell.since) {
            let ago = (now - fell.since) / 60_000
            return "\(CameraStatus.tenths(fell.after)) since \(ago) minutes, \(CameraStatus.tenths(fell.before)) before"
        }
        guard let declared = describedFPS, range.upperBound < CameraStatus.lowestRateShare * declared else {
            return nil
        }
        return "\(CameraStatus.tenths(range.upperBound)) of \(CameraStatus.tenths(declared))"
    }

    /// Frames are the probe's where it plays, else the recorder's own, else those of its segments: always of one source.
    private mutating func count(_ facts: CameraFacts, _ news: CameraNews, _ now: Int64) {
        if let probe = facts.probe, !facts.isDescribed {
            (total, dropped) = (Double(probe.framesTotal), Double(probe.framesDropped))
        } else {
            let recording = facts.recording
            total = news.supervised.map { Double($0.frames) } ?? Double(recording?.frames ?? 0)
            dropped = Double(news.supervised?.droppedFrames ?? 0) + Double(recording?.missingFrames ?? 0)
        }
        if let supervised = news.supervised {
            // At the time when they were counted: the look comes up to a second later.
            let counted = supervised.lastFrame.map { now - $0 < Self.countedLately ? min($0, now) : now } ?? now
            recorded.add(Double(supervised.frames), at: counted)
        }
        if let last = drops.last, total < last.frames || dropped < last.dropped { drops.removeAll() }
        drops.append((now, total, dropped))
        drops.removeAll { $0.time < now - Self.dropSpan }
    }

    /// Lost frames as a share of all, over the last minutes.
    private var dropRatio: Double? {
        guard let first = drops.first else { return nil }
        let came = total - first.frames
        let lost = dropped - first.dropped
        return came + lost > 0 ? lost / (came + lost) : nil
    }

    private mutating func countFailure(_ failure: CameraFailure?) {
        if let failure, failure != lastRecorderFailure { recorderFailures[failure, default: 0] += 1 }
        lastRecorderFailure = failure
    }
}

extension CameraFacts.Recorder {
    /// What the camera's recorder tells of the stream; `nil` where it has none.
    init?(_ camera: CameraSettings, _ news: CameraNews, now: Int64) {
        self.init()
        let recording = news.recordings?.reading
        if let supervised = news.supervised {
            isRunning = supervised.pid != nil
            startedAt = supervised.startedAt
            lastFrame = supervised.lastFrame
            lastCounted = supervised.lastFrame
            failure = supervised.failure
            detail = supervised.detail
            bitrate = Self.bitrate(socket: news.meter?.bitrate, segments: recording?.bitrate)
        } else if let found = news.found, !camera.isSupervised {
            isRunning = found.isRunning && news.meter != nil
            startedAt = news.meter?.facts.startedAt
            fps = recording?.fps
            detail = found.isRunning ? "" : "Its recorder (\(found.programName), pid \(found.pid)) has ended."
            if !found.isRunning, !camera.isConfigured { orderlyEnd = found.orderlyEnd }
            isWithoutVideo = recording?.isWithoutVideo ?? false
            isOneOfSeveral = found.sharesProcess == true
            // Over UDP the connection carries orders, and no media; ffmpeg turns to TCP where a camera has no UDP.
            let isOurs = found.sharesProcess != true
            let socket = news.meter?.bitrate.flatMap { !isOurs || found.usesUDP && $0 < Self.leastMedia ? nil : $0 }
            bitrate = Self.bitrate(socket: socket, segments: recording?.bitrate)
            // Sound alone is little, and waits in ffmpeg's buffers for longer than a segment takes.
            if let socket, let recording, recording.isOverdue, socket < (recording.bitrate ?? 0) / 2 {
                isWithoutVideo = true
            }
            if socket != nil {
                lastFrame = isWithoutVideo ? recording?.lastVideo : news.meter?.lastBytes
                lastCounted = Self.counted(news.meter, recording)
            } else {
                // A segment that is not overdue is all that can be known.
                lastFrame = recording?.lastVideo ?? recording?.lastWrite
                lastCounted = recording?.videoGoesOn
                writesInTime = recording.map { !$0.isOverdue && $0.lastWrite != nil } ?? false
                blindness = Self.blindness(found, recording)
            }
        } else if news.isSpared, news.sparingStream == nil || recording != nil, !camera.isSupervised {
            // Nothing but its files tells of a recorder that is not seen from here.
            writesInTime = recording.map { !$0.isOverdue && $0.lastWrite != nil } ?? false
            isKnownByFiles = true
            isRunning = writesInTime
            isWithoutVideo = recording?.isWithoutVideo ?? false
            lastFrame = recording?.lastVideo ?? recording?.lastWrite
            lastCounted = recording?.videoGoesOn
            fps = recording?.fps
            bitrate = recording?.bitrate
            detail = recording?.problem ?? Self.absence
        } else if !camera.isSupervised {
            return nil
        }
    }

    /// Frames are known from segments that tell them while they grow; else media that has come for some seconds will be
    /// pictures, until a segment's end shows that it was not.
    private static func counted(
        _ meter: RecorderMeter.Reading?, _ recording: RecordingReading?
    ) -> Int64? {
        if let recording, recording.tellsWhileGrowing { return recording.videoGoesOn }
        let media = meter?.mediaSince.flatMap { (meter?.lastBytes ?? 0) - $0 >= 5_000 ? $0 : nil }
        return [media, recording?.videoGoesOn].compactMap { $0 }.max()
    }

    private static let absence =
        "Others record this camera, and now no recorder of it runs here and no footage comes. No session is opened on it; "
        + "watch: [probe] opens one."

    /// Bits a second: what the connection brings, unless the segments show that media comes another way.
    private static func bitrate(socket: Double?, segments: Double?) -> Double? {
        guard let socket, socket >= max(leastMedia / 4, (segments ?? 0) / 10) else { return segments }
        return socket
    }

    /// Bits a second that are more than orders and their answers.
    private static let leastMedia = 16_000.0

    private static func blindness(_ found: KnownRecorders.Entry, _ recording: RecordingReading?) -> String? {
        guard recording?.lastWrite == nil else { return nil }
        let process = "Its recorder (\(found.programName), pid \(found.pid)) runs"
        if found.usesUDP {
            // Segments that are looked for and do not come are a finding.
            guard recording == nil || recording?.problem != nil else { return nil }
            return "\(process), takes media over UDP, and writes no segments that can be seen from here."
        }
        guard found.seesSocket == false else { return nil }
        return "\(process), and neither its connection nor its segments can be seen from here: "
            + "it belongs to another user or to a container."
    }
}

extension RecordingReading {
    /// Bits a second of the last segments.
    var bitrate: Double? { bytesPerHour.map { $0 * 8 / 3_600 } }
}

extension CameraStatus {
    init(
        _ camera: CameraSettings, _ news: CameraNews, _ facts: CameraFacts, _ verdict: CameraJudge.Verdict, since: Int64
    ) {
        self.init(id: camera.id, state: verdict.state, since: since)
        let hasNoMedia = facts.isDescribed && facts.recorder == nil
        reason = Redaction.urls(in: verdict.reason)
        failure = verdict.failure
        let isUnmeasured = hasNoMedia || !verdict.isKnown
        fps =
            isUnmeasured
            ? nil : verdict.isConnected ? (facts.playing?.fps ?? facts.recorder?.fps ?? facts.gateway?.fps) : 0
        expectedFPS = facts.expectedFPS?.lowerBound
        expectedFPSMax = facts.expectedFPS.flatMap { $0.upperBound > $0.lowerBound ? $0.upperBound : nil }
        let measured = facts.playing?.bitrate ?? facts.recorder?.bitrate ?? facts.gateway?.bitrate
        bitrate = isUnmeasured ? nil : verdict.isConnected ? measured : 0
        lastFrame = [facts.probe?.lastFrame, facts.recorder?.lastFrame].compactMap { $0 }.max()
        lastRecorded = facts.recording.flatMap { $0.isWithoutVideo ? $0.lastVideo : $0.lastWrite }
        isFootageDue = facts.isOnMotion || facts.isOffTime ? false : nil
        dropRatio = facts.dropRatio
        kind = camera.isCheck ? .reachability : news.probe?.kind ?? camera.url.flatMap(Self.kind)
        codec = news.probe?.codec
        width = news.probe?.width
        height = news.probe?.height
        url = camera.url.map { Redaction.shown($0) } ?? news.found?.url
        sources = facts.recorder == nil ? [] : ["recorder"]
        if news.isProbed { sources.append(Self.source(camera, facts)) }
        if facts.isWatchedByGateway { sources.append("gateway") }
        labels = camera.labels
    }

    /// What an address alone says of the stream.
    private static func kind(_ url: String) -> StreamKind? {
        switch StreamAddress(url)?.language {
        case .rtsp: .rtsp
        case .rtmp: .rtmp
        default: nil
        }
    }

    private static func source(_ camera: CameraSettings, _ facts: CameraFacts) -> String {
        if camera.isCheck { return "check" }
        let isAsked = camera.watch.contains(.describe) && camera.watch.isDisjoint(with: [.probe, .sample])
        return isAsked ? "describe" : "probe"
    }
}

extension CameraMetrics.Values {
    init(_ status: CameraStatus, _ news: CameraNews, _ facts: CameraFacts) {
        self.init()
        fps = status.fps
        expectedFPS = status.expectedFPS
        bitrate = status.bitrate
        lastFrame = status.lastFrame
        probe = facts.probe
        recorder = news.meter
        hasRecorder = news.supervised != nil || news.found != nil
        restarts = news.supervised?.restarts ?? news.found?.restarts ?? 0
        lastExitCode = news.supervised?.lastExitCode
        recording = facts.recording
        delays = news.recordings?.delays ?? []
        let isTold = status.state == .offline || status.state == .stalled || status.state == .notRecording
        if isTold {
            trouble = CameraMetrics.Trouble(
                state: status.state, reason: status.failure?.rawValue ?? "", sentence: status.reason)
        }
        hasEndedOrderly = facts.recorder?.orderlyEnd != nil
    }
}
