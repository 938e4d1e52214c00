package import CameraRecords
package import Model

/// What became of a camera over a range of time, as its page shows it. Milliseconds since the Unix epoch.
package struct CameraPast: Codable, Sendable, Equatable {
    /// A time in which an alert of the camera fired.
    package struct Firing: Codable, Sendable, Equatable {
        package var name: String
        package var severity: String
        /// As the alert's page is named; empty for one that is told to nobody.
        package var fingerprint: String
        package var start: Int64
        package var end: Int64
        /// Whether it fired to the end of what is known.
        package var isOpen: Bool

        package init(
            name: String, severity: String, fingerprint: String, start: Int64, end: Int64, isOpen: Bool
        ) {
            self.name = name
            self.severity = severity
            self.fingerprint = fingerprint
            self.start = start
            self.end = end
            self.isOpen = isOpen
        }
    }

    /// When an alert of one name fired, as it is drawn.
    package struct AlertLane: Codable, Sendable, Equatable {
        package enum State: String, Codable, Sendable, Comparable {
            case firing, quiet

            package static func < (left: State, right: State) -> Bool { left == .firing && right == .quiet }
        }

        package var name: String
        /// The worst of them.
        package var isCritical: Bool
        package var count: Int
        /// Those in which it fired.
        package var segments: [BandSegment<State>]
    }

    package var camera: String
    package var start: Int64
    package var end: Int64
    /// Over how many columns the bands are.
    package var columns: Int
    package var states: [BandSegment<CameraState>]
    /// `nil` where this host keeps no record of its footage.
    package var footage: [BandSegment<FootageState>]?
    /// Times in which it was not online, the newest first; nor those of which nothing is known.
    package var troubles: [BandSpan<CameraState>] = []
    package var troubleCount = 0
    /// Milliseconds in each state, by its name.
    package var lengths: [String: Int64] = [:]
    /// Times in which footage was due and there was none, the newest first.
    package var gaps: [TimeSpan] = []
    package var gapCount = 0
    /// The newest first.
    package var firings: [Firing] = []
    package var firingCount = 0
    /// All of them, those that fired last first.
    package var alertLanes: [AlertLane] = []

    /// Of more names the last ones have a lane.
    package static let alertLanesMax = 20

    /// Of more than these the newest are listed.
    package static let listedMax = 200

    package init(camera: String, _ range: TimeSpan) {
        self.camera = camera
        start = range.start
        end = range.end
        columns = StateBand.columns
        states = []
    }
}

extension CameraPast {
    /// - Parameters:
    ///   - spans: of its states, in their order and without holes.
    ///   - footage: `nil` where nothing is known of it.
    ///   - firings: of its alerts, in any order.
    package init(
        camera: String, _ range: TimeSpan, _ spans: [BandSpan<CameraState>], footage: FootageSpans?,
        firings: [Firing]
    ) {
        self.init(camera: camera, range)
        columns = Int(max(1, min(Int64(StateBand.columns), range.length)))
        states = StateBand.segments(spans, in: range)
        let wrong = spans.filter { $0.state != .online && $0.state != .unknown }
        troubles = Array(wrong.suffix(Self.listedMax).reversed())
        troubleCount = wrong.count
        for span in spans { lengths[span.state.rawValue, default: 0] += span.end - span.start }
        if let footage, !footage.isEmpty {
            let gaps = footage.gaps(in: range)
            // A pause as between two files is footage to who looks at it.
            let present = TimeSpans(footage.present.clipped(to: range).spans, joining: FootageSpans.joining)
            let parts = StateBand.spans(
                [(FootageState.gap, gaps), (.present, present), (.undue, footage.undue)], rest: .unknown, in: range)
            self.footage = StateBand.segments(parts, in: range)
            self.gaps = Array(gaps.spans.suffix(Self.listedMax).reversed())
            gapCount = gaps.spans.count
        }
        let sorted = firings.sorted { ($1.start, $0.name) < ($0.start, $1.name) }
        self.firings = Array(sorted.prefix(Self.listedMax))
        firingCount = sorted.count
        alertLanes = Self.lanes(sorted, range)
    }

    private static func lanes(_ firings: [Firing], _ range: TimeSpan) -> [AlertLane] {
        var names: [String] = []
        var byName: [String: [Firing]] = [:]
        for firing in firings {
            if byName[firing.name] == nil { names.append(firing.name) }
            byName[firing.name, default: []].append(firing)
        }
        return names.prefix(alertLanesMax).map { name in
            let all = byName[name] ?? []
            // One that began and ended with the same look was there, too.
            let spans = TimeSpans(all.map { TimeSpan(start: $0.start, end: max($0.end, $0.start + 1)) })
            let band = StateBand.spans([(AlertLane.State.firing, spans)], rest: .quiet, in: range)
            return AlertLane(
                name: name, isCritical: all.contains { $0.severity == "critical" }, count: all.count,
                segments: StateBand.segments(band, in: range).filter { $0.state == .firing })
        }
    }
}

/// Why a camera's past cannot be shown.
package struct PastRefused: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A picture of a camera from its footage on disk.
package struct CameraPicture: Sendable, Equatable {
    /// JPEG.
    package var bytes: [UInt8]
    /// When it was taken, in milliseconds since the Unix epoch.
    package var time: Int64

    package init(bytes: [UInt8], time: Int64) {
        self.bytes = bytes
        self.time = time
    }
}

/// Why there is no picture of a camera; the text says what to do about it.
package struct PictureRefused: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension CameraStatus {
    /// Whether series with these labels, as an alert has them, are meant to be of this camera. Those without `instance`, as of
    /// a rule that sums over hosts, are of every camera with their `camera_id`.
    /// - Parameter nodes: all other hosts that watch cameras.
    package func isMeant(by labels: Labels, nodes: Set<CameraNode>) -> Bool {
        guard labels["camera_id"] == id else { return false }
        let instance = labels["instance"]
        if instance.isEmpty { return true }
        let site = labels["site"]
        guard let node else {
            // Our own series may be scraped under any name.
            return !nodes.contains { $0.instance == instance && (site.isEmpty || $0.site == site) }
        }
        return node.instance == instance && (site.isEmpty || node.site == site)
    }
}
