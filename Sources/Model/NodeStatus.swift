/// A host that watches cameras for this site, and whose series come here.
public struct NodeStatus: Sendable, Equatable, Codable {
    public let node: CameraNode
    /// Why nothing is known of it now; `nil` while it tells.
    public var problem: String?
    /// Whether it is only that this server has just started.
    public var isPending = false
    /// Whether something else on its host answers.
    public var isHostUp = false
    /// The jobs that bring its cameras' series, sorted.
    public var jobs: [String]
    /// When its newest sample was stored, in milliseconds since the Unix epoch.
    public var lastSample: Int64
    /// How many cameras it watches, or watched when it last told.
    public var cameras: Int

    public init(node: CameraNode, problem: String?, jobs: [String] = [], lastSample: Int64, cameras: Int) {
        self.node = node
        self.problem = problem
        self.jobs = jobs
        self.lastSample = lastSample
        self.cameras = cameras
    }

    /// Whether it told of its cameras, and does so no more.
    public var isGone: Bool { problem != nil && !isPending }
}
