/// A camera as the configuration has it, with its secrets read.
public struct CameraSettings: Sendable, Hashable {
    public enum Watch: String, Sendable, CaseIterable { case recorder, probe, sample, describe, gateway }

    public var id: String
    /// With its credentials; never shown.
    public var url: String?
    /// Whether it has a URL that cannot be read at this moment; the one before is kept then.
    public var isURLUnreadable = false
    /// Whether the probe takes media over UDP; else over TCP where the camera can.
    public var usesUDP = false
    /// The expected frame rate; `nil`: from the stream's description.
    public var fps: Double?
    /// Empty: `recorder` where there is one, else `probe`.
    public var watch: Set<Watch> = []
    /// Wanted footage in seconds.
    public var retention: Double?
    public var labels: [String: String] = [:]
    /// Where its segments lie, and their planned length in seconds.
    public var recordingPath: String?
    public var segmentSeconds: Double?
    /// What the names of its segments begin with, where those of other cameras lie in the same folder.
    public var segmentPrefix: String?
    /// Whether we supervise a recorder of it.
    public var isSupervised = false
    /// Whether the configuration names it; else it is known by a recorder alone.
    var isConfigured = true

    public init(id: String) { self.id = id }
}
