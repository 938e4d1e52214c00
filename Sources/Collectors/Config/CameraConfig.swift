public import ConfigText
public import Model

/// A camera that is watched, as `watchpost.yml` has it.
public struct CameraConfig: Sendable, Hashable {
    public enum Transport: String, Sendable, CaseIterable { case tcp, udp }

    public var id: String
    public var position: SourcePosition
    public var url: Secret?
    /// The expected frame rate; `nil`: from the stream's description.
    public var fps: Double?
    /// How the probe takes media.
    public var transport = Transport.tcp
    /// Empty: `recorder` where one is found or configured, else `probe`.
    public var watch: Set<CameraSettings.Watch> = []
    /// Wanted footage.
    public var retention: Duration?
    public var labels: [String: String] = [:]

    public init(id: String, position: SourcePosition) {
        self.id = id
        self.position = position
    }
}
