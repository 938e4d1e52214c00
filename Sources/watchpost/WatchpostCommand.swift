import ArgumentParser
import Server

/// The command line: one file a subcommand.
@main
struct WatchpostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watchpost",
        abstract: "Watches over video-management systems: cameras, recorders, disks, logs and alerts, in one program.",
        discussion: """
            Example: watch this host's recorders and open http://127.0.0.1:9900/
              watchpost serve
            """,
        version: WatchpostVersion.current,
        subcommands: [
            ServeCommand.self, AgentCommand.self, DemoCommand.self, FaultsCommand.self, CamerasCommand.self,
            AlertsCommand.self,
            SilenceCommand.self, MaintenanceCommand.self, AcknowledgeCommand.self,
            LogsCommand.self, TracesCommand.self,
            QueryCommand.self, DashboardsCommand.self, CheckCommand.self, TestCommand.self, InitCommand.self,
            ProbeCommand.self,
            DiscoverCommand.self,
            RecordCommand.self, ReportCommand.self, PipelineCommand.self,
            VersionCommand.self,
        ])
}
