/// How an agent is to be started.
public struct AgentOptions: Sendable {
    /// What an agent watches, and with it its usual port.
    public enum Role: String, Sendable, CaseIterable {
        /// Cameras, recorders, recordings, disks and networks of a recording node.
        case recording
        /// Streaming gateways.
        case gateway
        /// Services that write their metrics to files.
        case api

        /// Where a role's agent listens if nobody says otherwise.
        public var standardListen: String {
            switch self {
            case .recording: "127.0.0.1:9090"
            case .gateway: "127.0.0.1:9091"
            case .api: "127.0.0.1:9092"
            }
        }
    }

    /// The configuration's directory, of which `watchpost.yml` counts; `nil` is the built-in site.
    public var configuration: String?
    public var dataDirectory: String
    public var role = Role.recording
    /// `host:port`, any number of them; none is the role's own.
    public var listen: [String] = []
    /// Where the host's metrics stand under node_exporter's names.
    public var nodeListen: String?
    /// The `watchpost` binary, which also supervises recorders.
    public var program: String

    public init(dataDirectory: String, program: String) {
        self.dataDirectory = dataDirectory
        self.program = program
    }
}
