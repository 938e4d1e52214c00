package import ConfigText
package import Intervals
package import Model

/// A stream of a camera beside its main one, as `watchpost.yml` has it.
package struct CameraStreamConfig: Sendable, Hashable {
    /// The value of the label `stream`.
    package var name: String
    package var url: Secret?
    package var restreams: [Secret] = []
    package var fps: ClosedRange<Double>?
    package var transport = CameraConfig.Transport.tcp
    /// Empty: by a recorder that is found, and by no session.
    package var watch: Set<CameraSettings.Watch> = []
}

/// A camera that is watched, as `watchpost.yml` has it.
package struct CameraConfig: Sendable, Hashable {
    package enum Transport: String, Sendable, CaseIterable { case tcp, udp }

    package var id: String
    package var position: SourcePosition
    /// Its stream, or what is only to be reached.
    package var url: Secret?
    /// Whether it has no stream: its address is only to be reached.
    package var isCheck = false
    /// Where a gateway gives the same stream on, as go2rtc and MediaMTX do.
    package var restreams: [Secret] = []
    /// What it gives beside its main stream.
    package var streams: [CameraStreamConfig] = []
    /// The frames a second that are expected; `nil`: what it usually gives.
    package var fps: ClosedRange<Double>?
    /// How the probe takes media.
    package var transport = Transport.tcp
    /// Empty: `recorder` where one is found or configured, else `probe`.
    package var watch: Set<CameraSettings.Watch> = []
    /// Whether it is watched at all.
    package var isEnabled = true
    package var record = CameraSettings.Recording.continuous
    /// When it is to be recorded; empty: always.
    package var recordTimes: [TimeIntervalConfig] = []
    /// When nothing is told of it.
    package var maintenance: [TimeIntervalConfig] = []
    /// Wanted footage.
    package var retention: Duration?
    package var labels: [String: String] = [:]

    package init(id: String, position: SourcePosition) {
        self.id = id
        self.position = position
    }
}
