package import Intervals

/// A camera as the configuration has it, with its secrets read.
package struct CameraSettings: Sendable, Hashable {
    package enum Watch: String, Sendable, CaseIterable { case recorder, probe, sample, describe, gateway }

    package var id: String
    /// With its credentials; never shown.
    package var url: String?
    /// Whether it has no stream: that address is only to be reached.
    package var isCheck = false
    /// Where a gateway gives the same stream on, with credentials; never shown. Who reads there shares the gateway's
    /// session with the camera, so the probe goes to the first of them.
    package var restreams: [String] = []
    /// What it gives beside its main stream: each watched by itself, and told with the camera.
    package var streams: [CameraSettings] = []
    /// The camera of which this is a stream, and the stream's name; `nil` for a camera's main stream.
    package var streamOf: CameraStream?
    /// Whether it has a URL that cannot be read at this moment; the one before is kept then.
    package var isURLUnreadable = false
    /// Whether the probe takes media over UDP; else over TCP where the camera can.
    package var usesUDP = false
    /// The frames a second that are expected; `nil`: what it usually gives.
    package var fps: ClosedRange<Double>?
    /// Empty: `recorder` where there is one, else `probe`.
    package var watch: Set<Watch> = []
    /// What is to be recorded of a camera.
    package enum Recording: String, Sendable, CaseIterable { case continuous, motion }

    /// Whether it is watched at all.
    package var isEnabled = true
    package var record = Recording.continuous
    /// When it is to be recorded; empty: always.
    package var recordTimes: [TimeIntervalConfig] = []
    /// When nothing is told of it.
    package var maintenance: [TimeIntervalConfig] = []
    /// Wanted footage in seconds.
    package var retention: Double?
    package var labels: [String: String] = [:]
    /// Where its segments lie, and their planned length in seconds.
    package var recordingPath: String?
    /// How its segments are named, below that folder.
    package var recordingPattern: RecordingPattern?
    /// Whether the folders below that one are looked into.
    package var looksBelow = false
    package var segmentSeconds: Double?
    /// What the names of its segments begin with, where those of other cameras lie in the same folder.
    package var segmentPrefix: String?
    /// Whether we supervise a recorder of it.
    package var isSupervised = false
    /// Whether the configuration names it; else it is known by a recorder alone.
    var isConfigured = true

    package init(id: String) { self.id = id }

    /// Where a probe reads it.
    var probedURL: String? { restreams.first ?? url }

    /// The camera itself, and its other streams.
    var allStreams: [CameraSettings] {
        [self]
            + streams.map { stream in
                var stream = stream
                stream.isEnabled = isEnabled
                stream.maintenance = maintenance
                return stream
            }
    }

    /// A stream of a camera beside its main one.
    package init(stream name: String, of camera: String) {
        id = "\(camera)/\(name)"
        streamOf = CameraStream(camera: camera, name: name)
    }
}

/// Which stream of which camera.
package struct CameraStream: Sendable, Hashable {
    package let camera: String
    package let name: String
}

extension CameraSettings {
    /// Takes where a recorder that was found writes to.
    mutating func takeRecordings(of entry: KnownRecorders.Entry) {
        if let split = entry.pattern.flatMap({ try? RecordingPattern.split($0) }), let pattern = split.pattern {
            (recordingPath, recordingPattern) = (split.folder, pattern)
        } else {
            (recordingPath, segmentPrefix) = (entry.folder, entry.segmentPrefix)
        }
    }
}
