/// Something that a person should know about how Watchpost itself fares.
public struct Finding: Codable, Sendable, Hashable {
    public enum Severity: String, Codable, Sendable, Hashable { case error, warning, note }

    public var severity: Severity
    /// The part that says so: `recorders`, `log shipping`, `configuration`.
    public var part: String
    public var text: String
    /// The host that it is about, where that is one that is scraped.
    public var node: CameraNode?

    public init(_ severity: Severity, part: String, text: String, node: CameraNode? = nil) {
        self.severity = severity
        self.part = part
        self.text = text
        self.node = node
    }
}

/// A part that says itself what is wrong with it.
public protocol FindingSource: Sendable {
    /// What a person should know of the part now, without credentials; empty where all is well.
    var findings: [Finding] { get }
}
