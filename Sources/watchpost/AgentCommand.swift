internal import ArgumentParser
import Foundation
public import Server

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Watches this host, shows its metrics to a Prometheus and ships its logs to a server.",
        discussion: """
            Of the configuration, watchpost.yml counts: cameras, recordings, recorders, gateways, textfile, ship; with
            ship, filebeat.yml too.
            Example: watchpost agent --config /etc/watchpost --listen 0.0.0.0:9090 --node-listen 0.0.0.0:9100
            """)

    @Option(help: "The directory with watchpost.yml.")
    var config: String?

    @Option(help: "Where recorders, what was found of them, and logs that wait are remembered.")
    var data = "watchpost-data"

    @Option(help: "What this host does: recording (port 9090), gateway (9091) or api (9092).")
    var role = AgentOptions.Role.recording

    @Option(help: "host:port for /metrics; may stand several times (default: 127.0.0.1 and the role's port).")
    var listen: [String] = []

    @Option(help: "host:port for the host's metrics under node_exporter's names, where none runs.")
    var nodeListen: String?

    func run() async throws {
        var options = AgentOptions(dataDirectory: data, program: Program.path)
        options.configuration = config
        options.role = role
        options.listen = listen
        options.nodeListen = nodeListen
        try await Program.reportingRefusals { try await Agent.run(options) }
    }
}

extension AgentOptions.Role: ExpressibleByArgument {}
