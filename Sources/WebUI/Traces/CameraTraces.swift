internal import Model
internal import SiteView
internal import TraceSearch

/// The newest traces of a camera, on its page.
struct CameraTraces: Sendable {
    /// Marks on a field of 1000 by 24 units.
    struct Marks: Sendable {
        let all: [Mark]
    }

    /// A span at its time; the longer it took, the higher.
    struct Mark: Sendable {
        let x: String
        let y: String
        let link: String
        let words: String
        let isError: Bool
    }

    struct Nothing: Sendable {
        let text: String
    }

    let marks: Marks?
    let rows: [TraceRow]
    let nothing: Nothing?

}

extension CameraTraces {
    fileprivate static let rowsMax = 10
    /// As many are looked at, so that those that failed are not pushed out by those that did not.
    fileprivate static let lookedAt = 30
    fileprivate static let failedMax = 5
    fileprivate static let marksMax = 300

    /// - Parameter range: the time that the page shows, in milliseconds since the Unix epoch.
    fileprivate init(_ found: TraceFindings, _ range: TimeRange) {
        let failed = found.traces.filter { $0.summary.errors > 0 }.prefix(Self.failedMax)
        let shown = Set(failed.map(\.newest))
        let others = found.traces.filter { !shown.contains($0.newest) }.prefix(Self.rowsMax - failed.count)
        rows = (failed + others).sorted { $0.summary.start > $1.summary.start }.map(TraceRow.init)
        nothing = rows.isEmpty ? Nothing(text: say("camera.noTraces")) : nil
        let length = Double(max(1, range.end - range.start))
        let longest = Double(max(1, found.hits.map(\.duration).max() ?? 1))
        let all = found.hits.prefix(Self.marksMax).reversed().map { hit in
            let x = 1_000 * Double(hit.start / 1_000_000 - range.start) / length
            return Mark(
                x: Shown.decimal(min(1_000, max(0, x))),
                y: Shown.decimal(18 - 16 * (Double(hit.duration) / longest).squareRoot()),
                link: TracesAddress.link(hit.traceID),
                words:
                    "\(VisibleText.short(hit.name)), \(SpanDuration.text(hit.duration))\(hit.isError ? ", error" : "")",
                isError: hit.isError)
        }
        marks = all.isEmpty ? nil : Marks(all: all)
    }

    /// Where they cannot be read.
    fileprivate init(problem: String) {
        (marks, rows, nothing) = (nil, [], Nothing(text: problem))
    }
}

extension WebUI {
    /// The traces that speak of a camera in the time that its page shows.
    func traces(ofCamera id: String, _ range: TimeRange) async -> CameraTraces {
        let query = SpanQuery(range, [.init(.attribute(SpanAttributeNames.camera[0]), .equals(id))])
        do {
            let found = try await view.findTraces(
                TraceSearchRequest(query: query, limit: CameraTraces.lookedAt, spans: CameraTraces.marksMax))
            return CameraTraces(found, range)
        } catch {
            return CameraTraces(problem: "\(error)")
        }
    }
}
