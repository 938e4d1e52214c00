internal import CameraRecords
internal import Foundation
internal import Model
internal import SiteView

/// What became of a camera over the shown time, as coloured bands on one axis, and the same in words.
struct CameraBandContent: PageContent {
    static let template = PageTemplate.cameraBand

    /// A part of a band, in units of its columns.
    struct Part: Sendable {
        let style: String
        let x: Int
        let width: Int
        /// The worse a state, the higher it stands, for those who do not tell its colour.
        var y = 0
        var height = 16
        let words: String
        /// Whether it is hatched: there is no footage.
        let isGap: Bool
    }

    struct Lane: Sendable {
        let name: String
        /// All of it in a sentence.
        let words: String
        let parts: [Part]
        /// Whether its parts are alerts that charts show, too.
        let isAlert: Bool
        /// Milliseconds since the Unix epoch, of each part; charts read them.
        let moments: String
    }

    struct Row: Sendable {
        let what: String
        let style: String
        let start: ShownMoment
        /// `nil` while it goes on.
        let end: ShownMoment?
        let length: String
        let link: Link?
    }

    struct Link: Sendable {
        let link: String
    }

    /// A moment of the axis, as short as the length of the time allows.
    struct Tick: Sendable {
        let moment: ShownMoment
        let text: String
    }

    /// What tells it from another one on the page.
    let key: String
    /// The camera, where there are two.
    let name: String?
    /// Milliseconds since the Unix epoch.
    let rangeStart: String
    let rangeEnd: String
    let columns: Int
    let lanes: [Lane]
    let ticks: [Tick]
    let summary: String
    let problem: String?
    let note: String?
    let rows: [Row]
    let leftOut: String?
}

extension CameraBandContent {
    /// Lanes of alerts at most; others stand in the list.
    private static let alertLanesMax = 6
    private static let rowsMax = 100

    init(_ past: Result<CameraPast, PastRefused>, _ range: TimeSpan, key: String, name: String?) {
        self.key = key
        self.name = name
        switch past {
        case .failure(let refused):
            (rangeStart, rangeEnd, columns) = (String(range.start), String(range.end), StateBand.columns)
            (lanes, rows, summary, note, leftOut) = ([], [], "", nil, nil)
            ticks = Self.ticks(range)
            problem = say("camera.band.problem", ["reason": .text(refused.description)])
        case .success(let past):
            let range = TimeSpan(start: past.start, end: past.end)
            (rangeStart, rangeEnd, columns) = (String(past.start), String(past.end), past.columns)
            // Charts of two cameras would show the alerts of both.
            lanes =
                [Self.states(past)] + (Self.footage(past).map { [$0] } ?? [])
                + Self.alerts(past, areOnCharts: name == nil)
            ticks = Self.ticks(range)
            summary = Self.summary(past)
            problem = nil
            note = past.footage == nil ? say("camera.band.noRecord") : nil
            let all = Self.rows(past)
            rows = Array(all.prefix(Self.rowsMax))
            let count = past.troubleCount + past.gapCount + past.firingCount
            leftOut =
                count > rows.count
                ? say("camera.band.leftOut", ["shown": .number(rows.count), "count": .number(count)]) : nil
        }
    }

    // MARK: Lanes

    private static func states(_ past: CameraPast) -> Lane {
        let parts = past.states.map { segment in
            let name = segment.state == .unknown ? say("camera.band.unknown") : segment.state.words
            let height = segment.state.bandHeight
            return Part(
                style: segment.state.style, x: segment.column, width: segment.columns, y: 16 - height, height: height,
                words: partWords(name, segment.start, segment.end), isGap: false)
        }
        return Lane(
            name: say("camera.band.state"), words: summary(past), parts: parts, isAlert: false, moments: "")
    }

    private static func footage(_ past: CameraPast) -> Lane? {
        guard let footage = past.footage else { return nil }
        let parts = footage.map { segment in
            Part(
                style: "footage-\(segment.state.rawValue)", x: segment.column, width: segment.columns,
                words: partWords(say("camera.footage.\(segment.state.rawValue)"), segment.start, segment.end),
                isGap: segment.state == .gap)
        }
        let words =
            past.gapCount == 0
            ? say("camera.band.noGaps")
            : say(
                "camera.band.gaps",
                [
                    "count": .number(past.gapCount),
                    "span": .text(Shown.span(past.gaps.reduce(0) { $0 + $1.length })),
                ])
        return Lane(name: say("camera.band.footage"), words: words, parts: parts, isAlert: false, moments: "")
    }

    private static func alerts(_ past: CameraPast, areOnCharts: Bool) -> [Lane] {
        past.alertLanes.prefix(alertLanesMax).sorted { $0.name < $1.name }.map { lane in
            let name = VisibleText.short(lane.name)
            return Lane(
                name: name, words: say("camera.band.firings", ["name": .text(name), "count": .number(lane.count)]),
                parts: lane.segments.map { segment in
                    Part(
                        style: lane.isCritical ? "firing-critical" : "firing", x: segment.column,
                        width: segment.columns, words: partWords(name, segment.start, segment.end), isGap: false)
                }, isAlert: areOnCharts,
                moments: lane.segments.map { "\($0.start)-\($0.end)" }.joined(separator: " "))
        }
    }

    private static func page(_ firing: CameraPast.Firing) -> String {
        firing.fingerprint.isEmpty ? "/alerts" : "/alerts/\(firing.fingerprint)"
    }

    private static func partWords(_ what: String, _ start: Int64, _ end: Int64) -> String {
        say(
            "camera.band.part",
            [
                "what": .text(what), "start": .text(moment(start)), "end": .text(moment(end)),
                "span": .text(Shown.span(end - start)),
            ])
    }

    /// `11-28 21:03:59`
    private static func moment(_ time: Int64) -> String { Shown.day(time) + " " + Shown.clock(time).prefix(8) }

    private static func ticks(_ range: TimeSpan) -> [Tick] {
        let moments = (0...4).map { range.start + range.length / 4 * $0 }
        let days = Set(moments.map { Shown.date($0) }).count
        return moments.map { time in
            let clock = Shown.clock(time).prefix(range.length < 10_000 ? 12 : range.length < 1_200_000 ? 8 : 5)
            // The day of a year is named with the year where others have it, too.
            let date = range.length > 300 * 86_400_000 ? Shown.date(time) : Shown.day(time)
            return Tick(
                moment: ShownMoment(time),
                text: range.length > 8 * 86_400_000 ? date : days > 1 ? "\(date) \(clock)" : String(clock))
        }
    }

    // MARK: Words

    /// `Online 98.12 %, Offline 12 min in 3 times, not known 2 min`
    private static func summary(_ past: CameraPast) -> String {
        let whole = Double(max(1, past.end - past.start))
        let parts = CameraState.allCases.reversed().compactMap { state -> String? in
            guard let length = past.lengths[state.rawValue], length > 0 else { return nil }
            let name = state == .unknown ? say("camera.band.unknown") : state.words
            let share = RecordText.percent(100 * Double(length) / whole)
            return state == .online ? "\(name) \(share)" : "\(name) \(Shown.span(length))"
        }
        return parts.joined(separator: ", ")
    }

    /// All that was not well, the newest first.
    private static func rows(_ past: CameraPast) -> [Row] {
        func row(_ what: String, _ style: String, _ start: Int64, _ end: Int64?, link: String? = nil) -> (Int64, Row) {
            (
                start,
                Row(
                    what: what, style: style, start: ShownMoment(start), end: end.map(ShownMoment.init),
                    length: Shown.span((end ?? past.end) - start), link: link.map(Link.init))
            )
        }
        // What lasts to the end of the shown time goes on, as far as is known.
        func end(_ time: Int64) -> Int64? { time < past.end ? time : nil }
        let troubles = past.troubles.map { row($0.state.words, $0.state.style, $0.start, end($0.end)) }
        let gaps = past.gaps.map { row(say("camera.footage.gap"), "gap", $0.start, end($0.end)) }
        let firings = past.firings.map {
            row(
                say("camera.band.alert", ["name": .text(VisibleText.short($0.name))]), "firing", $0.start,
                $0.isOpen ? nil : $0.end, link: page($0))
        }
        return (troubles + gaps + firings).sorted { $0.0 > $1.0 }.map(\.1)
    }
}

extension CameraState {
    /// Of sixteen.
    fileprivate var bandHeight: Int {
        switch self {
        case .offline: 16
        case .stalled: 14
        case .notRecording: 12
        case .degraded: 10
        case .online: 7
        case .unknown: 3
        }
    }
}
