public import Base
internal import Foundation
public import Instruments
public import Model
public import RTSP
public import Recorders
internal import Synchronization

/// What is known of every camera: joins what probes, recorders and recordings tell, judges it once a second, and
/// publishes it as metrics and as ``CameraStatus``.
public final class CameraBoard: Sendable {
    /// What a person should be told beside the cameras' states.
    public typealias Notes = [String]

    private struct Trace {
        let knownSince: Int64
        var state: CameraState?
        var since: Int64
        var frames = RateWindow(span: 10_000)
        var drops: [(time: Int64, frames: Double, dropped: Double)] = []
        var recorderFailures: [CameraFailure: UInt64] = [:]
        var lastRecorderFailure: CameraFailure?
        var wasConnected = false
    }

    private struct Work {
        var cameras: [CameraSettings] = []
        var traces: [String: Trace] = [:]
        var meter = RecorderMeter()
        var metrics: CameraMetrics
        var found: KnownRecorders
        var targets: [ProbeTarget] = []
        var statuses: [CameraStatus] = []
        var notes: Notes = []
        var lastSearch: Int64 = 0
        var foundNotes: Notes = []
    }

    private let probe: RTSPProbe
    private let supervisor: RecorderSupervisor
    private let shelf: RecordingShelf
    private let timeSource: any TimeSource
    private let findsRecorders: Bool
    private let work: Mutex<Work>

    private static let searchInterval: Int64 = 5_000
    private static let assumedFPS = 25.0
    /// Milliseconds over which the share of lost frames is taken.
    private static let dropSpan: Int64 = 120_000

    /// - Parameters:
    ///   - foundFile: where recorders that were found are remembered.
    ///   - findsRecorders: whether other people's ffmpeg processes are looked for.
    public init(
        registry: Registry, probe: RTSPProbe, supervisor: RecorderSupervisor, foundFile: String,
        findsRecorders: Bool = true,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.probe = probe
        self.supervisor = supervisor
        self.timeSource = timeSource
        self.findsRecorders = findsRecorders
        shelf = RecordingShelf(timeSource: timeSource)
        work = Mutex(Work(metrics: CameraMetrics(registry: registry), found: KnownRecorders(file: foundFile)))
    }

    /// Takes the cameras of the configuration.
    public func update(_ cameras: [CameraSettings]) {
        work.withLock { work in
            work.cameras = cameras
            work.lastSearch = 0
        }
        step()
    }

    /// What is wrong first, then by id.
    public func statuses() -> [CameraStatus] { work.withLock { $0.statuses } }

    /// What else a person should know: unreadable processes, passwords in arguments.
    public func notes() -> Notes { work.withLock { $0.notes } }

    /// Watches until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.shelf.run() }
            while !Task.isCancelled {
                step()
                try? await Task.sleep(for: .seconds(1))
            }
            group.cancelAll()
        }
    }

    // MARK: A step

    private func step() {
        let now = timeSource.now()
        let supervised = supervisor.states()
        let readings = probe.readings()
        work.withLock { work in
            search(&work, Set(supervised.values.compactMap(\.pid)), now)
            let cameras = allCameras(work)
            shelf.update(cameras)
            aim(&work, cameras)
            let received = SocketBytes.received()
            let recordings = shelf.take()
            var statuses: [CameraStatus] = []
            var pids: Set<Int32> = []
            for camera in cameras {
                let entry = work.found.entries[camera.id]
                let pid = supervised[camera.id]?.pid ?? (entry?.isRunning == true ? entry?.pid : nil)
                let meter = pid.flatMap { work.meter.read($0, received: received, now: now) }
                if let pid { pids.insert(pid) }
                statuses.append(
                    judge(
                        camera, &work, readings[camera.id], supervised[camera.id], entry, meter, recordings[camera.id],
                        now))
            }
            work.meter.forget(except: pids)
            let ids = Set(cameras.map(\.id))
            work.traces = work.traces.filter { ids.contains($0.key) }
            work.metrics.keep(only: ids)
            work.statuses = statuses.sorted { ($0.state, $0.id) < ($1.state, $1.id) }
            work.notes =
                work.foundNotes
                + supervisor.problems().sorted { $0.key < $1.key }.map { "Recorder of \($0.key): \($0.value)" }
        }
    }

    /// Looks for recorders that other people run.
    private func search(_ work: inout Work, _ supervised: Set<Int32>, _ now: Int64) {
        guard findsRecorders, now - work.lastSearch >= Self.searchInterval else { return }
        work.lastSearch = now
        let findings = RecorderFinder.find(except: supervised)
        var byCamera: [String: FoundRecorder] = [:]
        for recorder in findings.recorders {
            let configured =
                work.cameras.first { $0.url.map(recorder.reads) ?? false }
                ?? work.cameras.first {
                    $0.id == recorder.suggestedID || ($0.recordingPath != nil && $0.recordingPath == recorder.folder)
                }
            var id = configured?.id ?? recorder.suggestedID
            // Two recorders of one name are two cameras, unless one of them has taken the other's place.
            var number = 2
            while byCamera[id] != nil {
                id = "\(configured?.id ?? recorder.suggestedID)-\(number)"
                number += 1
            }
            byCamera[id] = recorder
        }
        work.found.update(byCamera, now: now)
        var notes: Notes = []
        if findings.unreadable > 0 {
            notes.append(
                "\(findings.unreadable) ffmpeg recorders belong to other users: their bitrate cannot be read. Run Watchpost as root, or give it CAP_SYS_PTRACE."
            )
        }
        for (id, recorder) in byCamera.sorted(by: { $0.key < $1.key }) {
            if recorder.showsPassword {
                notes.append(
                    "The password of \(id) stands in the arguments of ffmpeg (pid \(recorder.pid)), where every user of this host can read it."
                )
            }
            if recorder.usesUDP {
                notes.append(
                    "\(id) is recorded over UDP: its state is known from closed segments alone, which is slower.")
            }
        }
        work.foundNotes = notes
    }

    /// The configured cameras and those of found recorders.
    private func allCameras(_ work: Work) -> [CameraSettings] {
        var cameras = work.cameras
        for index in cameras.indices {
            guard let entry = work.found.entries[cameras[index].id] else { continue }
            cameras[index].recordingPath = cameras[index].recordingPath ?? entry.folder
            cameras[index].segmentSeconds = cameras[index].segmentSeconds ?? entry.segmentSeconds
        }
        let configured = Set(cameras.map(\.id))
        for (id, entry) in work.found.entries where !configured.contains(id) {
            var camera = CameraSettings(id: id)
            camera.watch = [.recorder]
            camera.recordingPath = entry.folder
            camera.segmentSeconds = entry.segmentSeconds
            cameras.append(camera)
        }
        return cameras
    }

    /// Points the probe at the cameras that want it.
    private func aim(_ work: inout Work, _ cameras: [CameraSettings]) {
        let targets = cameras.compactMap { camera -> ProbeTarget? in
            guard let url = camera.url,
                let mode = Self.probeMode(camera, hasFound: work.found.entries[camera.id]?.isRunning == true)
            else { return nil }
            return ProbeTarget(id: camera.id, url: url, mode: mode)
        }
        guard targets != work.targets else { return }
        work.targets = targets
        probe.update(targets: targets)
    }

    private static func probeMode(_ camera: CameraSettings, hasFound: Bool) -> ProbeTarget.Mode? {
        if camera.watch.contains(.probe) { return .media }
        if camera.watch.contains(.describe) { return .describe }
        return camera.watch.isEmpty && !camera.isSupervised && !hasFound ? .media : nil
    }

    // MARK: One camera

    private func judge(
        _ camera: CameraSettings, _ work: inout Work, _ reading: ProbeReading?, _ supervised: RecorderState?,
        _ found: KnownRecorders.Entry?, _ meter: RecorderMeter.Reading?, _ shelved: RecordingShelf.Contents?,
        _ now: Int64
    ) -> CameraStatus {
        var trace = work.traces[camera.id] ?? Trace(knownSince: now, since: now)
        let isDescribed = camera.watch.contains(.describe) && !camera.watch.contains(.probe)
        let usesProbe = work.targets.contains { $0.id == camera.id }
        let recording = shelved?.reading
        var facts = CameraFacts(id: camera.id, now: now, knownSince: trace.knownSince)
        facts.probe = usesProbe ? reading : nil
        facts.isDescribed = isDescribed
        facts.recording = recording
        facts.wantsRecording = camera.isSupervised || found != nil || camera.recordingPath != nil
        facts.expectedFPS = camera.fps ?? reading?.describedFPS
        facts.recorder = Self.recorder(camera, supervised, found, meter, recording, now)
        let frames = usesProbe && !isDescribed ? reading.map { Double($0.framesTotal) } : nil
        let total = frames ?? supervised.map { Double($0.frames) } ?? Double(recording?.frames ?? 0)
        let dropped =
            frames != nil
            ? Double(reading?.framesDropped ?? 0)
            : Double(supervised?.droppedFrames ?? 0) + Double(recording?.missingFrames ?? 0)
        trace.frames.add(total, at: now)
        if facts.recorder != nil, supervised != nil { facts.recorder?.fps = trace.frames.perSecond }
        facts.dropRatio = Self.dropRatio(&trace, total, dropped, now)
        countRecorderFailure(&trace, supervised?.failure)

        let verdict = CameraJudge.verdict(facts)
        if verdict.isConnected, !trace.wasConnected, camera.isSupervised, supervised?.pid == nil {
            supervisor.retry(camera.id)
        }
        trace.wasConnected = verdict.isConnected
        if trace.state != verdict.state {
            trace.state = verdict.state
            trace.since = now
        }
        work.traces[camera.id] = trace

        var status = CameraStatus(id: camera.id, state: verdict.state, since: trace.since)
        status.reason = Redaction.urls(in: verdict.reason)
        status.failure = verdict.failure
        status.fps =
            isDescribed && facts.recorder == nil
            ? nil : verdict.isConnected ? (facts.probe?.fps ?? facts.recorder?.fps) : 0
        status.expectedFPS = facts.expectedFPS
        status.bitrate = verdict.isConnected ? (facts.probe?.bitrate ?? facts.recorder?.bitrate) : 0
        status.lastFrame = facts.probe?.lastFrame ?? facts.recorder?.lastFrame
        status.lastRecorded = recording?.lastWrite
        status.dropRatio = facts.dropRatio
        status.codec = reading?.codec
        status.width = reading?.width
        status.height = reading?.height
        status.url = camera.url.map { Redaction.urls(in: $0).replacing("xxxxx:xxxxx@", with: "") } ?? found?.url
        status.sources =
            (facts.recorder == nil ? [] : ["recorder"]) + (usesProbe ? [isDescribed ? "describe" : "probe"] : [])
        status.labels = camera.labels

        var values = CameraMetrics.Values()
        values.isConnected = verdict.isConnected
        values.fps = status.fps ?? 0
        values.expectedFPS = facts.expectedFPS ?? Self.assumedFPS
        values.bitrate = status.bitrate
        values.lastFrame = status.lastFrame
        values.frames = total
        values.dropped = dropped
        values.probe = facts.probe
        values.failures = (facts.probe?.failures ?? [:]).merging(trace.recorderFailures) { max($0, $1) }
        values.recorder = meter
        values.hasRecorder = camera.isSupervised || found != nil
        values.restarts = supervised?.restarts ?? found?.restarts ?? 0
        values.lastExitCode = supervised?.lastExitCode
        values.recording = recording
        values.delays = shelved?.delays ?? []
        values.retentionWanted = camera.retention
        work.metrics.publish(camera.id, values, now: now)
        return status
    }

    private static func recorder(
        _ camera: CameraSettings, _ supervised: RecorderState?, _ found: KnownRecorders.Entry?,
        _ meter: RecorderMeter.Reading?, _ recording: RecordingReading?, _ now: Int64
    ) -> CameraFacts.Recorder? {
        var recorder = CameraFacts.Recorder()
        if let supervised {
            recorder.isRunning = supervised.pid != nil
            recorder.startedAt = supervised.startedAt
            recorder.lastFrame = supervised.lastFrame
            recorder.failure = supervised.failure
            recorder.detail = supervised.detail
            recorder.bitrate = meter?.bitrate
            return recorder
        }
        if camera.isSupervised { return recorder }
        guard let found else { return nil }
        recorder.isRunning = found.isRunning && meter != nil
        recorder.startedAt = meter?.facts.startedAt
        recorder.fps = recording?.fps
        recorder.bitrate = meter?.bitrate ?? recording?.bytesPerHour.map { $0 * 8 / 3_600 }
        recorder.detail = found.isRunning ? "" : "Its recorder (ffmpeg, pid \(found.pid)) has ended."
        if let bytes = meter?.lastBytes, !found.usesUDP {
            recorder.lastFrame = bytes
        } else if found.usesUDP || meter?.bitrate == nil, let recording, !recording.isOverdue,
            recording.lastWrite != nil
        {
            // A segment that is not overdue is all that can be known.
            recorder.lastFrame = now
        }
        return recorder
    }

    private static func dropRatio(_ trace: inout Trace, _ frames: Double, _ dropped: Double, _ now: Int64) -> Double? {
        if let last = trace.drops.last, frames < last.frames || dropped < last.dropped { trace.drops.removeAll() }
        trace.drops.append((now, frames, dropped))
        trace.drops.removeAll { $0.time < now - Self.dropSpan }
        guard let first = trace.drops.first else { return nil }
        let came = frames - first.frames
        let lost = dropped - first.dropped
        return came + lost > 0 ? lost / (came + lost) : nil
    }

    private func countRecorderFailure(_ trace: inout Trace, _ failure: CameraFailure?) {
        if let failure, failure != trace.lastRecorderFailure { trace.recorderFailures[failure, default: 0] += 1 }
        trace.lastRecorderFailure = failure
    }
}
