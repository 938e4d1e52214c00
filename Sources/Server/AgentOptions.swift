/// How an agent is to be started.
package struct AgentOptions: Sendable {
    /// What an agent watches, and with it its usual port.
    package enum Role: String, Sendable, CaseIterable {
        /// Cameras, recorders, recordings, disks and networks of a recording node.
        case recording
        /// Streaming gateways.
        case gateway
        /// Services that write their metrics to files.
        case api

        /// Where a role's agent listens if nobody says otherwise.
        package var standardListen: String {
            switch self {
            case .recording: "127.0.0.1:9090"
            case .gateway: "127.0.0.1:9091"
            case .api: "127.0.0.1:9092"
            }
        }
    }

    /// The configuration's directory, of which `watchpost.yml` counts; `nil` is the built-in site.
    package var configuration: String?
    package var dataDirectory: String
    package var role = Role.recording
    /// `host:port`, any number of them; none is the role's own.
    package var listen: [String] = []
    /// Where the host's metrics stand under node_exporter's names.
    package var nodeListen: String?
    /// The `watchpost` binary, which also supervises recorders.
    package var program: String

    package init(dataDirectory: String, program: String) {
        self.dataDirectory = dataDirectory
        self.program = program
    }
}
