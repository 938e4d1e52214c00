internal import Base
internal import CameraRecords
internal import Collectors
internal import Model
internal import Nodes
internal import SiteView
internal import State

extension ServerView {
    /// A month of a thousand cameras takes seconds: one report at a time is made.
    private static let reportGate = WorkGate("reports", width: 1, usesCallersThread: true)
    private static let reportTime: Duration = .seconds(100)
    /// Gaps that are listed of one camera, and of all together.
    private static let gapsOfOne = 1_000
    private static let gapsOfAll = 50_000

    func records(of camera: String?, in ranges: [TimeSpan]) async throws -> [SiteRecord] {
        let now = parts.timeSource.now()
        guard let start = ranges.map(\.start).min(), let end = ranges.map(\.end).max() else { return [] }
        guard ranges.allSatisfy({ $0.start < now }) else {
            throw RecordRefused("this time is still to come; ask for one that has begun")
        }
        let (known, state) = (parts.cameras.statuses().map(\.id), parts.state)
        let reader = HistoryReader(source: parts.metrics, footage: state, isOwn: parts.nodes.owner())
        let site = parts.instance
        do {
            return try await Self.reportGate.run(within: Self.reportTime) {
                // Those that are no more were there.
                let all = Set(known).union(try state.footageCameras())
                if let camera, !all.contains(camera) { throw RecordRefused("no camera has the id \"\(camera)\"") }
                let cameras = camera.map { [$0] } ?? all.sorted()
                // Nothing is known of what is still to come.
                let ranges = ranges.map { TimeSpan(start: $0.start, end: min($0.end, now)) }
                let histories = try reader.histories(of: cameras, in: TimeSpan(start: start, end: min(end, now)))
                let gapsMax = min(Self.gapsOfOne, max(20, Self.gapsOfAll / max(1, cameras.count)))
                return ranges.map { range in
                    SiteRecord(
                        site: site, start: range.start, end: range.end, madeAt: now,
                        cameras: histories.map { $0.record(in: range, gapsMax: gapsMax) })
                }
            }
        } catch let timedOut as WorkTimedOut {
            throw RecordRefused(
                "the report was given up after \(timedOut.limit.components.seconds) seconds; "
                    + "ask for a shorter time, or for one camera")
        } catch let error as any SampleSourceFailure where error.isLimit {
            throw RecordRefused("too many samples lie in this time; ask for a shorter one, or for one camera")
        }
    }
}
