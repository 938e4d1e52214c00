package import Base
internal import Foundation
package import Instruments
package import Model
package import RTSP
package import Recorders
internal import SharedCauses
internal import Synchronization

/// What is known of every camera: joins what probes, recorders and recordings tell, judges it once a second, and
/// publishes it as metrics and as ``CameraStatus``.
package final class CameraBoard: Sendable {
    /// What a person should be told beside the cameras' states.
    package typealias Notes = [String]

    private struct Work {
        var cameras: [CameraSettings] = []
        var traces: [String: CameraTrace] = [:]
        var meter = RecorderMeter()
        var metrics: CameraMetrics
        var found: KnownRecorders
        var recorded: RecordedCameras
        var rates: UsualRates
        var causes: CameraCauses
        /// Cameras on which no session is opened, as others record them.
        var spared: Set<String> = []
        /// By camera of which others read another stream alone, that stream's name.
        var sparing: [String: String] = [:]
        var targets: [ProbeTarget] = []
        /// Whether a camera is probed that nobody said is to be.
        var mayTakeSession = false
        var statuses: [CameraStatus] = []
        var footage: [FootageOnDisk] = []
        var notes: Notes = []
        var lastSearch: Int64 = 0
        var watch = RecorderWatch()
        var foundNotes: Notes = []
    }

    private let probe: RTSPProbe
    private let supervisor: RecorderSupervisor
    private let gateways: GatewayCollector
    private let shelf: RecordingShelf
    private let timeSource: any TimeSource
    private let findsRecorders: Bool
    private let ratesFile: String?
    private let fallsFile: String?
    private let work: Mutex<Work>
    private let pause = Pause()

    private static let searchInterval: Int64 = 5_000
    /// While sessions are open that a recorder might want: one that is refused ends within a moment.
    private static let eagerSearchInterval: Int64 = 1_000

    /// - Parameters:
    ///   - foundFile: where recorders that were found are remembered.
    ///   - recordingsFile: where it is remembered which segments were looked at.
    ///   - recordedFile: where it is remembered which cameras others record; `nil` forgets it with the process.
    ///   - ratesFile: where it is remembered what cameras usually give; `nil` forgets it with the process.
    ///   - fallsFile: where it is remembered since when cameras are down; `nil` forgets it with the process.
    ///   - node: what people call this host, where all of its cameras are down.
    ///   - ledger: where footage is written down; `nil` forgets it.
    ///   - findsRecorders: whether other people's recorders are looked for.
    package init(
        registry: Registry, probe: RTSPProbe, supervisor: RecorderSupervisor, gateways: GatewayCollector,
        foundFile: String, recordingsFile: String? = nil, recordedFile: String? = nil, ratesFile: String? = nil,
        fallsFile: String? = nil, node: String = ProcessInfo.processInfo.hostName,
        ledger: (any FootageLedger)? = nil, findsRecorders: Bool = true,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.probe = probe
        self.supervisor = supervisor
        self.gateways = gateways
        self.timeSource = timeSource
        self.findsRecorders = findsRecorders
        self.ratesFile = ratesFile
        self.fallsFile = fallsFile
        shelf = RecordingShelf(timeSource: timeSource, file: recordingsFile, ledger: ledger)
        work = Mutex(
            Work(
                metrics: CameraMetrics(registry: registry), found: KnownRecorders(file: foundFile),
                recorded: RecordedCameras(file: recordedFile), rates: UsualRates(file: ratesFile),
                causes: CameraCauses(node: node, file: fallsFile)))
        supervisor.wakes(pause)
    }

    /// Takes the cameras of the configuration.
    package func update(_ cameras: [CameraSettings]) {
        work.withLock { work in
            let before = Dictionary(work.cameras.map { ($0.id, $0.url) }) { $1 }
            work.cameras = cameras.flatMap(\.allStreams)
            for index in work.cameras.indices where work.cameras[index].isURLUnreadable {
                work.cameras[index].url = before[work.cameras[index].id] ?? nil
            }
            work.found.adopt(by: work.cameras)
            work.lastSearch = 0
        }
        step()
        pause.wake()
    }

    /// Ends the pause after refused logins of a camera, for all that share its login.
    /// - Returns: whether the camera is probed with a login.
    package func retryLogin(of id: String) -> Bool { probe.retryLogin(of: id) }

    /// Has the probe try a camera at once.
    /// - Returns: what came of it, in a sentence; `nil` for a camera that is not probed.
    package func probeNow(_ id: String) async -> String? {
        guard let reading = await probe.tryNow(id) else { return nil }
        step()
        if reading.connected { return "It answers." }
        return reading.detail.isEmpty ? "No answer yet." : reading.detail
    }

    /// What is wrong first, then by id.
    package func statuses() -> [CameraStatus] { work.withLock { $0.statuses } }

    /// What lies on disk of each camera that is recorded, also by recorders that were found.
    package func footage() -> [FootageOnDisk] { work.withLock { $0.footage } }

    /// Its newest segments on disk, the newest first.
    package func newestSegments(of id: String, _ count: Int) -> [RecordedSegment] {
        shelf.newestSegments(of: id, count)
    }

    /// What else a person should know: unreadable processes, passwords in arguments.
    package func notes() -> Notes { work.withLock { $0.notes } }

    /// Watches, on threads of its own, until the task is cancelled.
    package func run() async {
        // Two threads: a disk on which it is remembered what was looked at holds up no judgement.
        await WorkQueue("cameras", width: 2).run { await self.watch() }
    }

    private func watch() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.shelf.run() }
            while !Task.isCancelled {
                let rest = step()
                saveRates(isLast: false)
                saveFalls()
                await pause.sleep(for: rest)
            }
            saveRates(isLast: true)
            group.cancelAll()
        }
    }

    /// Writes down what is usual, without holding up those who ask.
    private func saveRates(isLast: Bool) {
        guard let ratesFile else { return }
        let now = timeSource.now()
        let rates = work.withLock { work in
            work.rates.isDue(now: now) || isLast ? work.traces.mapValues(\.usual) : nil
        }
        if let rates { UsualRates.save(rates, to: ratesFile) }
    }

    /// Writes down since when cameras are down, where that has changed.
    private func saveFalls() {
        guard let fallsFile else { return }
        let (now, steady) = (timeSource.now(), timeSource.steady())
        if let data = work.withLock({ $0.causes.due(now: now, steady: steady) }) {
            _ = PrivateFile.replace(fallsFile, with: data)
        }
    }

    // MARK: A step

    /// Looks at all cameras once.
    /// - Returns: the pause before the next look. Where there is no camera that is the next search for recorders.
    @discardableResult
    private func step() -> Duration {
        let now = timeSource.now()
        let steady = timeSource.steady()
        let supervised = supervisor.states()
        let readings = probe.readings()
        return work.withLock { work in
            search(&work, Set(supervised.values.compactMap(\.pid)), now)
            let cameras = allCameras(work, supervised)
            shelf.update(cameras)
            let recordings = shelf.take()
            spare(&work, cameras, recordings, now)
            aim(&work, cameras)
            let probed = Set(work.targets.map(\.id))
            // Walks through all of the host's connections: only for recorders.
            lazy var received = SocketBytes.received()
            var statuses: [CameraStatus] = []
            var pids: Set<Int32> = []
            work.causes.begin(cameras)
            for camera in cameras {
                var news = CameraNews()
                news.probe = readings[camera.id]
                news.isProbed = probed.contains(camera.id)
                news.supervised = supervised[camera.id]
                news.found = work.found.entries[camera.id]
                news.isSpared = work.spared.contains(camera.id)
                news.sparingStream = news.isSpared ? work.sparing[camera.id] : nil
                news.recordings = recordings[camera.id]
                if camera.watch.contains(.gateway) { news.gateway = gateways.stream(of: camera.id) }
                if let pid = news.recorderPID {
                    news.meter = work.meter.read(pid, received: received, now: now)
                    pids.insert(pid)
                }
                statuses.append(judge(camera, &work, news, now, steady))
            }
            work.meter.forget(except: pids)
            work.footage = cameras.compactMap { FootageOnDisk($0, recordings[$0.id]?.reading, now: now) }
            let ids = Set(cameras.map(\.id))
            work.traces = work.traces.filter { ids.contains($0.key) }
            work.metrics.keep(only: ids)
            tell(work.causes.end(), &work, &statuses)
            work.statuses = Self.joined(statuses, cameras).sorted { ($0.state, $0.id) < ($1.state, $1.id) }
            work.notes =
                work.foundNotes + Self.note(of: work.spared) + Self.note(of: work.traces, now)
                + Self.note(ofStreams: work.statuses) + RetentionNote.notes(of: cameras, recordings)
                + supervisor.problems().sorted { $0.key < $1.key }.map { "Recorder of \($0.key): \($0.value)" }
            return cameras.isEmpty ? Duration.milliseconds(Self.searchInterval).untilNext : .seconds(1)
        }
    }

    /// Looks for recorders that other people run.
    private func search(_ work: inout Work, _ supervised: Set<Int32>, _ now: Int64) {
        let interval = work.mayTakeSession ? Self.eagerSearchInterval : Self.searchInterval
        guard findsRecorders, now - work.lastSearch >= interval else { return }
        work.lastSearch = now
        // Nothing is watched: the names of young processes tell whether a closer look is worth it.
        if work.cameras.isEmpty, supervised.isEmpty, work.found.entries.isEmpty, !work.watch.seesRecorder(now: now) {
            return
        }
        let findings = RecorderFinder.find(except: supervised)
        let recorders = work.found.withoutViewers(findings.recorders)
        let byCamera = Self.cameras(of: recorders, work.cameras, work.found)
        work.found.update(byCamera, now: now)
        for (id, entry) in work.found.sightings { work.recorded.note(entry, of: id, now: now) }
        var notes: Notes = []
        if findings.unreadable > 0 {
            notes.append(
                "\(findings.unreadable) recorders belong to other users: their bitrate cannot be read. Run Watchpost as root, or give it CAP_SYS_PTRACE."
            )
        }
        for unused in findings.unused {
            notes.append(
                "The recorder of pid \(unused.pid) reads \(unused.url) and writes none of its pictures: without -map, ffmpeg takes those of one input alone."
            )
        }
        for (id, recorder) in byCamera.sorted(by: { $0.key < $1.key }) {
            if recorder.showsPassword {
                notes.append(
                    "The password of \(id) stands in the arguments of \(recorder.program.rawValue) (pid \(recorder.pid)), where every user of this host can read it."
                )
            }
            if recorder.usesUDP {
                notes.append(
                    "\(id) is recorded over UDP: its state is known from closed segments alone, which is slower.")
            }
        }
        work.foundNotes = notes
    }

    /// Which camera each recorder is of: the configured one, else that which was known before, else one of its own.
    static func cameras(
        of recorders: [FoundRecorder], _ configured: [CameraSettings], _ known: KnownRecorders
    ) -> [String: FoundRecorder] {
        var byCamera: [String: FoundRecorder] = [:]
        var others: [FoundRecorder] = []
        var names: [FoundRecorder: String] = [:]
        let owners = StreamOwners(configured)
        let ids = Set(configured.map(\.id))
        let extras = known.extras(beside: ids)
        // Of those that read one camera the one that writes files records it; it may read from a gateway that the others feed.
        for recorder in recorders.filter({ $0.folder != nil }) + recorders.filter({ $0.folder == nil }) {
            let reads = owners[identity: recorder.identity]
            let camera =
                reads
                ?? configured.first {
                    $0.streamOf == nil && $0.id == recorder.suggestedID
                        || ($0.recordingPath != nil && $0.recordingPath == recorder.folder)
                }
            // One that writes nothing takes nobody's place, and is no second camera.
            if let id = reads?.id, recorder.folder == nil {
                let isKnown = known.entries[id]?.pid == recorder.pid
                if let other = byCamera[id] {
                    if isKnown, other.folder == nil { byCamera[id] = recorder }
                    continue
                }
                if !isKnown, known.entries[id]?.folder != nil { continue }
            }
            // A second recorder of one camera keeps its name when the first one goes.
            let isExtra =
                known.entries[camera?.id ?? ""] != nil
                && extras.contains([recorder.identity, recorder.readableFolder ?? recorder.folder ?? ""])
            if let camera, byCamera[camera.id] == nil, !isExtra {
                byCamera[camera.id] = recorder
            } else {
                others.append(recorder)
                names[recorder] = camera?.id ?? recorder.suggestedID
            }
        }
        let again = known.cameras(of: others, except: Set(byCamera.keys).union(ids))
        for (recorder, id) in again { byCamera[id] = recorder }
        for recorder in others where again[recorder] == nil {
            // Two recorders of one name are two cameras, unless one of them has taken the other's place.
            let name = names[recorder] ?? recorder.suggestedID
            var id = name
            var number = 2
            while byCamera[id] != nil {
                id = "\(name)-\(number)"
                number += 1
            }
            byCamera[id] = recorder
        }
        return byCamera
    }

    /// The configured cameras and those of recorders that were found or started by hand.
    private func allCameras(_ work: Work, _ supervised: [String: RecorderState]) -> [CameraSettings] {
        var cameras = work.cameras
        for id in Set(supervised.keys).subtracting(cameras.map(\.id)) { cameras.append(Self.unconfigured(id)) }
        for index in cameras.indices {
            if let state = supervised[cameras[index].id] {
                cameras[index].isSupervised = true
                cameras[index].recordingPath = cameras[index].recordingPath ?? state.folder
            }
            guard let entry = work.found.entries[cameras[index].id] else { continue }
            cameras[index].segmentSeconds = cameras[index].segmentSeconds ?? entry.segmentSeconds
            if cameras[index].recordingPath == nil {
                cameras[index].takeRecordings(of: entry)
            } else if cameras[index].recordingPath == entry.folder, entry.pattern == nil {
                cameras[index].segmentPrefix = entry.segmentPrefix
            }
        }
        let configured = Set(cameras.map(\.id))
        for (id, entry) in work.found.entries where !configured.contains(id) {
            var camera = Self.unconfigured(id)
            camera.watch = [.recorder]
            camera.segmentSeconds = entry.segmentSeconds
            camera.takeRecordings(of: entry)
            cameras.append(camera)
        }
        return cameras.filter(\.isEnabled)
    }

    private static func unconfigured(_ id: String) -> CameraSettings {
        var camera = CameraSettings(id: id)
        camera.isConfigured = false
        return camera
    }

    /// Finds the cameras on which no session is opened. Where a camera's recordings were not looked at yet, they may show
    /// that somebody records it.
    private func spare(
        _ work: inout Work, _ cameras: [CameraSettings], _ recordings: [String: RecordingShelf.Contents], _ now: Int64
    ) {
        var spared: Set<String> = []
        // By camera, the stream that others read.
        var recorded: [String: String] = [:]
        for camera in cameras {
            // What reads another stream, as a gateway's or a detector's, has one of the camera's sessions as well.
            let isHeld = work.found.entries[camera.id]?.isRunning == true || work.recorded.holds(camera, now: now)
            guard isHeld else { continue }
            if let stream = camera.streamOf {
                recorded[stream.camera] = recorded[stream.camera] ?? stream.name
            } else {
                recorded[camera.id] = ""
            }
        }
        for camera in cameras
        where camera.watch.isEmpty && !camera.isSupervised && !camera.isCheck && camera.streamOf == nil {
            let reading = recordings[camera.id]?.reading
            if let written = reading?.lastWrite {
                work.recorded.note(footageOf: camera.id, writtenAt: written, now: now)
            }
            let isRecorded = recorded[camera.id] != nil || work.recorded.holds(camera, now: now)
            if isRecorded || camera.recordingPath != nil && reading == nil { spared.insert(camera.id) }
        }
        work.spared = spared
        work.sparing = recorded.filter { !$0.value.isEmpty }
        work.recorded.save()
    }

    /// The cameras, each with its streams.
    private static func joined(_ statuses: [CameraStatus], _ cameras: [CameraSettings]) -> [CameraStatus] {
        var result: [CameraStatus] = []
        var streams: [String: [CameraStreamStatus]] = [:]
        for (status, camera) in zip(statuses, cameras) {
            if let stream = camera.streamOf {
                streams[stream.camera, default: []].append(CameraStreamStatus(name: stream.name, status))
            } else {
                result.append(status)
            }
        }
        for index in result.indices { result[index].streams = streams[result[index].id] }
        return result
    }

    /// The trouble of streams that are not a camera's main one makes nothing of its state.
    private static func note(ofStreams statuses: [CameraStatus]) -> Notes {
        let wrong = statuses.flatMap { camera in
            (camera.streams ?? []).filter { $0.state < .unknown }.map { stream in
                "\(camera.id), stream \(stream.name) (\(stream.state.rawValue)"
                    + (stream.reason.isEmpty ? ")" : ": \(stream.reason))")
            }
        }.sorted()
        if wrong.isEmpty { return [] }
        let more = wrong.count > 10 ? "; …" : "."
        return ["Streams beside the main one: " + wrong.prefix(10).joined(separator: "; ") + more]
    }

    private static func note(of spared: Set<String>) -> Notes {
        if spared.isEmpty { return [] }
        let names = spared.sorted().prefix(10).joined(separator: ", ") + (spared.count > 10 ? ", …" : "")
        return [
            "Others record \(names): no session is opened on them, so that their recorders find one; "
                + "watch: [probe] opens one nevertheless."
        ]
    }

    private static func note(of traces: [String: CameraTrace], _ now: Int64) -> Notes {
        let rates = traces.compactMap { id, trace in trace.rateNote(now: now).map { (id, $0) } }.sorted { $0 < $1 }
        if rates.isEmpty { return [] }
        let names = rates.prefix(10).map { "\($0) (\($1))" }.joined(separator: ", ") + (rates.count > 10 ? ", …" : "")
        return [
            "Fewer frames a second than declared, or than before: \(names). This is taken for usual; "
                + "fps: in watchpost.yml says what is wanted."
        ]
    }

    /// Points the probe at the cameras that want it.
    private func aim(_ work: inout Work, _ cameras: [CameraSettings]) {
        let targets = cameras.compactMap { camera -> ProbeTarget? in
            guard let url = camera.probedURL,
                let mode = Self.probeMode(camera, isSpared: work.spared.contains(camera.id))
            else { return nil }
            return ProbeTarget(id: camera.id, url: url, mode: mode, transport: camera.usesUDP ? .udp : .tcp)
        }
        work.mayTakeSession = cameras.contains {
            $0.watch.isEmpty && $0.streamOf == nil && $0.probedURL != nil && !$0.isCheck
                && !work.spared.contains($0.id)
        }
        guard targets != work.targets else { return }
        work.targets = targets
        probe.update(targets: targets)
    }

    private static func probeMode(_ camera: CameraSettings, isSpared: Bool) -> ProbeTarget.Mode? {
        // To be reached costs no session.
        if camera.isCheck { return .reach }
        if camera.watch.contains(.probe) { return .media }
        if camera.watch.contains(.sample) { return .sample }
        if camera.watch.contains(.describe) { return .describe }
        // A session on another stream than the main one is opened only where it was asked for.
        return camera.watch.isEmpty && camera.streamOf == nil && !camera.isSupervised && !isSpared ? .media : nil
    }

    // MARK: One camera

    private func judge(
        _ camera: CameraSettings, _ work: inout Work, _ news: CameraNews, _ now: Int64, _ steady: Int64
    ) -> CameraStatus {
        var trace = work.traces[camera.id] ?? CameraTrace(knownSince: now, usual: work.rates[camera.id])
        let facts = trace.facts(of: camera, news, now: now)
        let judged = CameraJudge.verdict(facts)
        // A recorder that waits out a pause need not: its camera answers again.
        let isBack = judged.isConnected && !trace.wasConnected
        if isBack, camera.isSupervised, news.supervised?.pid == nil { supervisor.retry(camera.id) }
        let verdict = trace.take(judged, isFound: news.found != nil, now: now)
        work.traces[camera.id] = trace
        var status = CameraStatus(camera, news, facts, verdict, since: trace.since)
        var values = CameraMetrics.Values(status, news, facts)
        if let stream = camera.streamOf {
            // What nobody watches is not down.
            let isTold = verdict.isKnown && (facts.recorder != nil || news.isProbed)
            if !isTold { (status.fps, status.bitrate) = (nil, nil) }
            work.metrics.publish(stream, status, isTold: isTold, verdict.isConnected)
            return status
        }
        work.causes.take(camera.id, verdict, facts.recording, now: now, steady: steady)
        let isTold = verdict.isKnown || camera.isConfigured && !verdict.isPaused
        values.isConnected = isTold ? verdict.isConnected : nil
        values.isPaused = verdict.isPaused
        values.frames = trace.total
        values.dropped = trace.dropped
        values.failures = (facts.probe?.failures ?? [:]).merging(trace.recorderFailures) { max($0, $1) }
        values.retentionWanted = camera.retention
        work.metrics.publish(camera.id, values, now: now)
        return status
    }

    /// Says of the cameras that failed together what they share.
    private func tell(_ groups: [SharedCauses.Group], _ work: inout Work, _ statuses: inout [CameraStatus]) {
        work.metrics.publish(groups)
        if groups.isEmpty { return }
        var causes: [String: SharedCause] = [:]
        for group in groups {
            for camera in group.cameras { causes[camera] = group.cause }
        }
        for index in statuses.indices { statuses[index].sharedCause = causes[statuses[index].id] }
    }
}
