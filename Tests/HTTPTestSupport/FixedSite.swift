package import CameraRecords
internal import Foundation
package import Model
package import SiteView
package import TraceSearch

/// A site whose pages never change: six cameras, of which some are in trouble if wanted.
package struct FixedSite: SiteViewSource {
    /// Milliseconds since the Unix epoch.
    package let now = Int64(Date().timeIntervalSince1970 * 1_000)
    private let cameraCount: Int
    private let isTroubled: Bool
    private let hasDiskAlert: Bool
    private let findings: [Finding]
    private let namePrefix: String
    private let nodes: [NodeStatus]
    private let cause: SharedCause?
    private let spans: SpanList

    /// - Parameters:
    ///   - isTroubled: whether the second camera is offline and the third is slow.
    ///   - hasDiskAlert: whether a full disk is the only alert.
    ///   - namePrefix: what stands before a camera's number.
    ///   - nodes: other hosts, each with its number of cameras `cam-1`, `cam-2`, ….
    ///   - cause: what the first cameras share, and why they are down.
    ///   - spans: what is stored of traces.
    package init(
        cameraCount: Int = 6, isTroubled: Bool = false, hasDiskAlert: Bool = false, findings: [Finding] = [],
        namePrefix: String = "cam-", nodes: [NodeStatus] = [], cause: SharedCause? = nil, spans: [Span] = []
    ) {
        self.spans = SpanList(spans)
        self.cause = cause
        self.nodes = nodes
        self.cameraCount = cameraCount
        self.isTroubled = isTroubled
        self.hasDiskAlert = hasDiskAlert
        self.findings = findings
        self.namePrefix = namePrefix
    }

    package func cameras() async -> [CameraStatus] {
        (1...max(1, cameraCount)).prefix(cameraCount).map { number in
            var camera = CameraStatus(id: namePrefix + "\(number)", state: .online, since: now - 720_000)
            camera.fps = 25
            camera.expectedFPS = 25
            camera.bitrate = 2_100_000
            camera.lastFrame = now - 400
            camera.lastRecorded = now - 6_000
            camera.codec = "H.264"
            camera.width = 1_280
            camera.height = 720
            camera.sources = ["recorder", "probe"]
            camera.url = "rtsp://xxxxx:xxxxx@192.0.2.10/stream1"
            if let cause, number <= cause.down {
                camera.state = .offline
                camera.reason = "No answer from <camera>"
                camera.sharedCause = cause
            }
            guard isTroubled else { return camera }
            switch number {
            case 2:
                camera.state = .offline
                camera.failure = .unauthorized
                camera.reason = "unauthorized (401): the password was refused"
                camera.fps = 0
                camera.lastFrame = now - 720_000
                camera.lastRecorded = now - 720_000
            case 3:
                camera.state = .degraded
                camera.reason = "9.8 fps, expects 25; 4.1 % of the frames are lost"
                camera.fps = 9.8
            default: break
            }
            return camera
        }.sorted { ($0.state, $0.id) < ($1.state, $1.id) } + nodes.flatMap(camerasOfNode)
    }

    private func camerasOfNode(_ status: NodeStatus) -> [CameraStatus] {
        (1...max(1, status.cameras)).prefix(status.cameras).map { number in
            var camera = CameraStatus(id: namePrefix + "\(number)", state: .online, since: now - 720_000)
            camera.node = status.node
            camera.fps = 25
            camera.lastFrame = now - 400
            if let problem = status.problem {
                camera.state = .unknown
                camera.nodeProblem = problem
                camera.reason = "Its node \(status.node.name) is gone: \(problem)"
                camera.fps = nil
            }
            return camera
        }
    }

    package func cameraAsItsNodeHasIt(_ camera: CameraStatus) async -> CameraStatus? {
        var told = camera
        told.url = "rtsp://192.0.2.77/as-its-node-has-it"
        return told
    }

    package func hasSeries(of camera: CameraStatus) async -> Bool { camera.id == "former" }

    package func overview() async -> Overview {
        Overview(
            siteName: "HCM site", version: "test", now: now, cameras: await cameras(), nodes: nodes,
            alerts: await alerts(),
            mounts: [
                MountView(mountPoint: "/mnt/rec1", totalBytes: 4e12, freeBytes: 3.2e11, usedPercent: 92),
                MountView(mountPoint: "/", totalBytes: 2.5e11, freeBytes: 2e11, usedPercent: 20),
            ], findings: findings, isDemo: true)
    }

    package func alerts() async -> [AlertView] {
        if hasDiskAlert {
            return [
                AlertView(
                    name: "DiskSpaceCritical", fingerprint: "00000000000000d1", state: .firing, suppressedBy: [],
                    severity: "critical",
                    summary: "Disk space critically low on /mnt/rec1", description: "", labels: [:],
                    activeAt: now - 60_000, value: "0.05")
            ]
        }
        guard isTroubled else { return [] }
        return [
            AlertView(
                name: "CameraOffline", fingerprint: "00000000000000c2", state: .firing, suppressedBy: [],
                severity: "critical",
                summary: "Camera cam-2 is offline", description: "No media arrives <script>",
                labels: ["camera_id": namePrefix + "2"], activeAt: now - 700_000, value: "0")
        ]
    }

    package func explainAlerts(_ reference: String) async throws -> [AlertExplanation] {
        guard let alert = await alerts().first(where: { $0.fingerprint == reference }) else {
            throw AlertRequestRefused("no such alert")
        }
        let told = AlertExplanation.Told(
            integration: "email[0]", destination: "mail to ops@site.test", sendsResolved: true, lastTold: now - 600_000,
            lastToldFiring: true, repeatsAt: now + 3_000_000, waitingSince: nil)
        let route = AlertExplanation.Route(
            path: ["{}", "{severity=\"critical\"}"], receiver: "critical-alerts",
            group: "{alertname=\"\(alert.name)\"}",
            groupWait: 10_000, groupInterval: 60_000, repeatInterval: 3_600_000, mutedBy: ["nights"],
            nextFlush: now + 20_000, told: [told])
        return [
            AlertExplanation(
                name: alert.name, fingerprint: reference, state: .firing, labels: alert.labels,
                annotations: ["summary": alert.summary, "description": alert.description], since: alert.activeAt,
                firesAt: nil,
                silences: [.init(id: "s-1", createdBy: "guard", comment: "new lens", endsAt: now + 60_000)],
                inhibitedBy: [], routes: [route])
        ]
    }

    package func silenceToken(for labels: [String: String]) async -> String { "token-1" }

    package func silenceOffer(_ token: String) async throws -> [String: String] {
        guard token == "token-1" else { throw AlertRequestRefused("the link is damaged") }
        return ["alertname": "CameraOffline", "camera_id": "cam-2<script>"]
    }

    package func acceptSilence(_ token: String, minutes: Int, createdBy: String, comment: String) async throws -> String
    {
        _ = try await silenceOffer(token)
        return "silence-1"
    }

    package func silences() async -> [SilenceView] {
        [
            SilenceView(
                id: "s-1", state: .active, matchers: ["camera_id=\"<gate>\""], endsAt: now + 3_000_000,
                createdBy: "Linh",
                comment: "new lens"),
            SilenceView(
                id: "s-0", state: .expired, matchers: ["a=\"b\""], endsAt: now - 1, createdBy: "gone", comment: ""),
        ]
    }

    package func addSilence(_ matchers: String, minutes: Int, createdBy: String, comment: String) async throws -> String
    {
        guard matchers.contains("=") else { throw AlertRequestRefused("cannot read matchers \(matchers)") }
        return "s-2"
    }

    package func expireSilence(_ id: String) async throws {
        if id != "s-1" { throw AlertRequestRefused("there is none with this identifier") }
    }

    package func deliveries(limit: Int) async -> [DeliveryView] {
        [
            DeliveryView(
                time: now - 60_000, receiver: "operators", integration: "email", status: .sent, resolved: false,
                alerts: ["Camera cam-2 is offline"], attempts: 1, error: "")
        ]
    }

    package func messages(limit: Int) async -> [InboxMessage] {
        [
            InboxMessage(
                id: 1, time: now - 60_000, kind: .mail, to: "operator@demo", subject: "[FIRING] CameraOffline",
                body: "Camera cam-2 is offline")
        ]
    }

    package func searchLogs(_ request: LogSearchRequest) async throws -> LogPage {
        if request.query == "(" { throw LogSearchRefused("a closing parenthesis is missing", offset: 1) }
        if request.query == "busy" { throw LogSearchRefused("others came before it", isBusy: true) }
        let event = LogEvent(
            timestamp: now - 5_000,
            fields: [
                "message": .string("connection failed: 401 Unauthorized"), "level": .string("ERROR"),
                "fields.component": .string("recording"), "camera_id": .string("cam-2"), "attempt": .integer(3),
                "seconds": .double(0.5), "final": .boolean(false), "nothing": .null,
                "tags": .array([.string("a/b"), .integer(1)]),
            ])
        var page = LogPage(
            events: request.limit == 0 ? [] : [LogEventView(event, fields: request.fields)], isCut: false)
        page.total = request.wantsTotal ? 1 : nil
        page.next = request.cursor
        if let columns = request.histogram {
            let interval: Int64 = if case .width(let width) = columns { width } else { 60_000 }
            page.histogram = LogHistogram(
                interval: interval,
                columns: [.init(start: 0, count: 1, parts: request.split == nil ? nil : ["ERROR": 1])])
        }
        if !request.terms.isEmpty {
            page.terms = Dictionary(
                request.terms.map { ($0, LogTerms(values: [.init(value: "x", count: request.termsSize)], others: 0)) }
            ) { first, _ in first }
        }
        page.timedOut = request.timeout == 1
        return page
    }

    package func logContext(_ request: LogContextRequest) async throws -> LogContextView? {
        guard request.path == "/var/log/x.log" else { return nil }
        func line(_ offset: Int64) -> LogEventView {
            LogEventView(
                LogEvent(
                    timestamp: now,
                    fields: ["message": .string("line at \(offset)"), "log.offset": .integer(offset)]),
                fields: request.fields)
        }
        return LogContextView(
            before: (0..<Int64(request.before)).map { line(request.offset - Int64(request.before) + $0) },
            event: line(request.offset), after: (0..<Int64(request.after)).map { line(request.offset + 1 + $0) },
            timedOut: false)
    }

    package func logArrivals(_ request: LogSearchRequest, after position: String?) async throws -> LogArrivalsView {
        LogArrivalsView(
            events: position == nil ? [] : try await searchLogs(request).events, next: "after",
            isGap: position == "old",
            isCut: false)
    }

    package func pipelines() async -> [String] { ["main"] }

    package func tryPipeline(_ trial: PipelineTrial) async throws -> PipelineTrialView {
        if trial.filters.contains("wrong") { throw LogSearchRefused("filters:1:1: error: the filters are wrong") }
        var view = PipelineTrialView()
        view.problems = ["filters:1:9: warning: the pattern may begin anywhere; begin it with ^"]
        view.results = trial.lines.split(separator: "\n").map { (String($0), ["{\n  \"message\": \"\($0)\"\n}"]) }
        return view
    }

    package func savedSearches() async throws -> [SavedSearch] {
        [SavedSearch(name: "gate <b>", query: "camera_id:gate", since: "6h")]
    }

    package func saveSearches(_ searches: [SavedSearch]) async throws {
        if searches.contains(where: { $0.query == "full" }) { throw LogSearchRefused("there are too many") }
    }

    package func removeSearch(_ name: String) async throws {}

    package func savedViews() async throws -> [SavedView] {
        [SavedView(name: "gates <b>", address: "q=gate&view=table")]
    }

    package func saveView(_ view: SavedView) async throws {
        if view.name == "full" { throw LogSearchRefused("there are too many") }
    }

    package func removeView(_ name: String) async throws {}

    /// Every camera was up but for the last minute of a span, and has a gap of a minute at its begin and one of
    /// 1.25 s a minute later; the third is recorded on motion.
    package func records(of camera: String?, in ranges: [TimeSpan]) async throws -> [SiteRecord] {
        let all = await cameras().map(\.id).sorted()
        if let camera, !all.contains(camera) { throw RecordRefused("no camera has the id \"\(camera)\"") }
        return ranges.map { range in
            let records = (camera.map { [$0] } ?? all).map { id in
                var history = CameraHistory(camera: id)
                let times = Array(stride(from: range.start, to: range.end, by: 60_000))
                history.connection.add(times, times.indices.map { $0 == times.count - 1 ? 0 : 1 })
                history.connection.end()
                history.footage.known.insert(range)
                let gaps = [
                    TimeSpan(start: range.start, end: range.start + 60_000),
                    TimeSpan(start: range.start + 120_000, end: range.start + 121_250),
                ]
                history.footage.present = TimeSpans([range]).subtracting(TimeSpans(gaps))
                if id.hasSuffix("3") { history.footage.undue.insert(range) }
                return history.record(in: range)
            }
            return SiteRecord(site: "=HCM, \"site\"", start: range.start, end: range.end, madeAt: now, cameras: records)
        }
    }

    /// Online but for its third quarter, in which an alert fired and nothing was recorded.
    package func past(of camera: CameraStatus, in range: TimeSpan) async throws -> CameraPast {
        if camera.id.hasSuffix("6") { throw PastRefused("others came before it") }
        let quarter = range.length / 4
        let (from, to) = (range.start + 2 * quarter, range.start + 3 * quarter)
        var footage = FootageSpans()
        footage.known.insert(range)
        footage.present = TimeSpans([range]).subtracting(TimeSpans([TimeSpan(start: from, end: to)]))
        let firing = CameraPast.Firing(
            name: "CameraOffline", severity: "critical", fingerprint: "00000000000000c2", start: from, end: to,
            isOpen: false)
        return CameraPast(
            camera: camera.id, range,
            [
                BandSpan(CameraState.online, range.start, from), BandSpan(.offline, from, to),
                BandSpan(.online, to, range.end),
            ], footage: camera.node == nil ? footage : nil, firings: [firing])
    }

    /// All but ten minutes each day at 02:00 UTC, for the last three days.
    package func footage(of camera: CameraStatus, in range: TimeSpan) async throws -> FootageSpans? {
        guard camera.node == nil else { return nil }
        var footage = FootageSpans()
        footage.known.insert(TimeSpan(start: now - 3 * 86_400_000, end: now))
        let days = (0...4).map { (now / 86_400_000 - $0) * 86_400_000 + 7_200_000 }
        footage.present = footage.known.subtracting(TimeSpans(days.map { TimeSpan(start: $0, end: $0 + 600_000) }))
        return footage
    }

    package func allowsPictures() async -> Bool { isTroubled }

    package func picture(of camera: CameraStatus) async throws -> CameraPicture {
        guard camera.id.hasSuffix("1") else { throw PictureRefused("no footage of <\(camera.id)> is known") }
        return CameraPicture(bytes: [0xFF, 0xD8, 0xFF, 0xD9], time: 1_795_862_639_000)
    }

    package func findTraces(_ request: TraceSearchRequest) async throws -> TraceFindings {
        if request.query.conditions == [.init(.name, .contains("busy"))] {
            throw TracesRefused("others came before it", isBusy: true)
        }
        return try spans.find(request)
    }

    package func trace(_ id: TraceID, spansMax: Int) async throws -> Trace? { spans.trace(id, spansMax: spansMax) }

    package func traceWords(start: Int64, end: Int64) async throws -> TraceWords {
        var words = TraceWords()
        words.services = spans.services(start: start, end: end)
        words.attributes = spans.attributeNames(start: start, end: end)
        words.cameras = spans.attributeValues("vms.camera.id", start: start, end: end, limit: 100)
        words.hasTraces = !spans.spans.isEmpty
        return words
    }

    package func status() async -> SiteStatus {
        SiteStatus(
            version: "test", startedAt: now - 3_600_000, configuration: "built in", dataDirectory: "/var/lib/watchpost",
            series: 420, storedBytes: 1_500_000, targets: [], collectors: [],
            logInputs: [LogInputView(input: "recorder", path: "/var/log/recorder.log", events: 123, note: "")],
            findings: [])
    }

    package func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
