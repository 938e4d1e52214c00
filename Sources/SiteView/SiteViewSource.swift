package import CameraRecords
package import Model
package import TraceSearch

/// Where pages and the API get what they show. The server is one; tests have a fixed one.
package protocol SiteViewSource: Sendable {
    func overview() async -> Overview
    /// Worst first.
    func cameras() async -> [CameraStatus]
    /// What the node of a camera says of it when it is asked; `nil` where it cannot be, or does not answer soon.
    func cameraAsItsNodeHasIt(_ camera: CameraStatus) async -> CameraStatus?
    /// Whether series of the camera are kept, from whenever.
    func hasSeries(of camera: CameraStatus) async -> Bool
    func alerts() async -> [AlertView]
    /// What becomes of the alerts that `reference` names: a fingerprint, an alert's name, or matchers of labels, also
    /// after the name in braces.
    /// - Throws: ``AlertRequestRefused`` for a reference that cannot be read, or that names nothing.
    func explainAlerts(_ reference: String) async throws -> [AlertExplanation]
    /// A token that offers to silence exactly the alerts with these labels.
    func silenceToken(for labels: [String: String]) async -> String
    /// What a silence link asks for: the labels that all must match.
    /// - Throws: ``AlertRequestRefused`` for a link that is not good.
    func silenceOffer(_ token: String) async throws -> [String: String]
    /// Silences what a link asks for.
    /// - Returns: the silence's identifier.
    func acceptSilence(_ token: String, minutes: Int, createdBy: String, comment: String) async throws -> String
    /// All silences: active ones first, then those to come, then those that are over.
    func silences() async -> [SilenceView]
    /// - Parameter matchers: as a person writes them: `camera_id="gate", alertname=~"Camera.*"`.
    /// - Throws: ``AlertRequestRefused`` for matchers that cannot be read or would match everything.
    /// - Returns: the silence's identifier.
    func addSilence(_ matchers: String, minutes: Int, createdBy: String, comment: String) async throws -> String
    /// Ends a silence now.
    func expireSilence(_ id: String) async throws
    /// When alerts fired.
    /// - Throws: ``AlertRequestRefused`` where it cannot be read.
    func firings(_ request: FiringsRequest) async throws -> FiringsAnswer
    /// When the firings of a request, of all pages, began and ended, the earliest first; those that go on end now.
    /// - Throws: ``AlertRequestRefused`` where it cannot be read.
    func firingTimes(_ request: FiringsRequest) async throws -> [TimeSpan]
    /// What the rule of an alert with these labels looks at; `nil` for one of no rule.
    /// - Parameter time: when it fired, of one that is over.
    func condition(of labels: [String: String], at time: Int64?) async -> AlertCondition?
    /// Silences the alert with this fingerprint, which is pending or fires, from now on.
    /// - Throws: ``AlertRequestRefused``
    /// - Returns: the silence's identifier.
    func silence(alert: String, minutes: Int, createdBy: String, comment: String) async throws -> String
    /// Maintenance windows: those that hold something first, then those to come, then those that are over.
    func maintenance() async -> [MaintenanceView]
    /// Plans works.
    /// - Throws: ``AlertRequestRefused`` that says in words what cannot be.
    func planMaintenance(_ plan: MaintenancePlan) async throws -> MaintenanceView
    /// Ends a maintenance window now; what fires still is told.
    /// - Throws: ``AlertRequestRefused``
    func endMaintenance(_ id: String) async throws
    /// Forgets a maintenance window that does not hold anything now.
    /// - Throws: ``AlertRequestRefused``
    func deleteMaintenance(_ id: String) async throws
    /// The time intervals of the configuration that mute somebody.
    func quietTimes() async -> [QuietTimeView]
    /// Notes that somebody looks after a fault, and tells those who were told of its alerts.
    /// - Parameters:
    ///   - key: names the fault: `camera cam-17`, `node rec-3`, `alert` and a fingerprint, or the fingerprint alone.
    ///   - by: who.
    /// - Throws: ``AlertRequestRefused`` where nothing of that name is wrong, a name is missing, or there are too many.
    func acknowledge(key: String, by: String, comment: String) async throws -> AcknowledgementView
    /// Nobody looks after the fault any more.
    /// - Throws: ``AlertRequestRefused`` where nobody did.
    func endAcknowledgement(key: String) async throws
    /// Who looks after which fault, the last who said so first.
    func acknowledgements() async -> [AcknowledgementView]
    /// Has the probe try a camera at once, and says what came of it, or why it cannot.
    func probeNow(_ camera: CameraStatus) async -> ProbeAnswer
    /// Newest first.
    func deliveries(limit: Int) async -> [DeliveryView]
    /// The demo's inbox, newest first; empty elsewhere.
    func messages(limit: Int) async -> [InboxMessage]
    /// - Throws: ``LogSearchRefused`` for a query that cannot be understood.
    func searchLogs(_ request: LogSearchRequest) async throws -> LogPage
    /// The lines around one in its own file; `nil` where no line stands at that place.
    /// - Throws: ``LogSearchRefused`` where the server is too busy.
    func logContext(_ request: LogContextRequest) async throws -> LogContextView?
    /// Events that arrived behind a position, which is what an earlier answer gave; without one the present end.
    /// - Parameter request: its query, language, zone, limit and fields count.
    /// - Throws: ``LogSearchRefused`` for a query that cannot be understood.
    func logArrivals(_ request: LogSearchRequest, after position: String?) async throws -> LogArrivalsView
    /// The searches of logs that people keep, by their names.
    func savedSearches() async throws -> [SavedSearch]
    /// Keeps searches that have no ``SavedSearch/problem``; those with the same name are replaced.
    /// - Throws: ``LogSearchRefused`` where there are too many, or the state cannot be written.
    func saveSearches(_ searches: [SavedSearch]) async throws
    func removeSearch(_ name: String) async throws
    /// The views of cameras that people keep, by their names.
    func savedViews() async throws -> [SavedView]
    /// Keeps a view that has no ``SavedView/problem``; one with the same name is replaced.
    /// - Throws: ``LogSearchRefused`` where there are too many, or the state cannot be written.
    func saveView(_ view: SavedView) async throws
    func removeView(_ name: String) async throws
    /// The ids of the pipelines through which logs go.
    func pipelines() async -> [String]
    /// Sends lines through a pipeline; nothing of it is stored or sent.
    /// - Throws: ``LogSearchRefused`` for filters that cannot be read, a pipeline that there is not, and lines that are none.
    func tryPipeline(_ trial: PipelineTrial) async throws -> PipelineTrialView
    /// What became of cameras in spans of time, a record of the site for each.
    /// - Parameter camera: an id; `nil` for all.
    /// - Throws: ``RecordRefused`` for a camera that nobody knows, and for what takes too long.
    func records(of camera: String?, in ranges: [TimeSpan]) async throws -> [SiteRecord]
    /// What became of a camera: its states, its footage, its alerts.
    /// - Throws: ``PastRefused`` for what takes too long.
    func past(of camera: CameraStatus, in range: TimeSpan) async throws -> CameraPast
    /// What is known of a camera's footage; `nil` where this host keeps no record of it.
    /// - Throws: ``PastRefused``
    func footage(of camera: CameraStatus, in range: TimeSpan) async throws -> FootageSpans?
    /// Whether the site allows pictures of cameras.
    func allowsPictures() async -> Bool
    /// The last key frame of the newest footage of a camera on disk.
    /// - Throws: ``PictureRefused``
    func picture(of camera: CameraStatus) async throws -> CameraPicture
    /// Traces that have spans as wanted, newest first.
    /// - Throws: ``TracesRefused`` where they cannot be read, or others are searched for before.
    func findTraces(_ request: TraceSearchRequest) async throws -> TraceFindings
    /// A trace, with so many spans at most; `nil` where none of its spans is stored.
    /// - Throws: ``TracesRefused``
    func trace(_ id: TraceID, spansMax: Int) async throws -> Trace?
    /// What there is to search by between two moments, in nanoseconds since the Unix epoch.
    /// - Throws: ``TracesRefused``
    func traceWords(start: Int64, end: Int64) async throws -> TraceWords
    func status() async -> SiteStatus
    /// A tick whenever something on the pages may have changed; ends when the server stops.
    func changes() -> AsyncStream<Void>
}

/// Why alerts cannot be explained or silenced as asked.
package struct AlertRequestRefused: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// What came of an attempt to reach a camera now.
package struct ProbeAnswer: Codable, Sendable, Equatable {
    /// Whether it was tried at all.
    package var isProbed: Bool
    /// For people, without credentials.
    package var text: String

    package init(isProbed: Bool, text: String) {
        self.isProbed = isProbed
        self.text = text
    }
}

/// A site without a probe.
extension SiteViewSource {
    package func probeNow(_ camera: CameraStatus) async -> ProbeAnswer {
        ProbeAnswer(isProbed: false, text: "It is not probed.")
    }
}

/// A site of which nobody looks after anything.
extension SiteViewSource {
    package func acknowledge(key: String, by: String, comment: String) async throws -> AcknowledgementView {
        throw AlertRequestRefused("cannot acknowledge \"\(key)\": nothing of that name is wrong now")
    }

    package func endAcknowledgement(key: String) async throws {
        throw AlertRequestRefused("nobody looks after \"\(key)\"")
    }

    package func acknowledgements() async -> [AcknowledgementView] { [] }
}
