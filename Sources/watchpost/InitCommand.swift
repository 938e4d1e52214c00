import ArgumentParser
import Site

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a configuration directory to start from.",
        discussion: """
            The files are the standard ones: a real Prometheus, Alertmanager, Grafana and Filebeat read them too.
            Example: watchpost init /etc/watchpost
            """)

    @Argument(help: "The directory; files that are there already are never overwritten.")
    var directory: String

    @Flag(help: "Write the whole set for a VMS with several hosts, with mail, Slack and SMS.")
    var seed = false

    func run() throws {
        do {
            try seed ? BuiltInSite.writeSeed(to: directory) : BuiltInSite.write(to: directory)
        } catch {
            throw CommandFailure("\(error)")
        }
        print("Wrote \(directory). Change what you like, then:")
        print("  watchpost check \(directory)")
        print("  watchpost serve --config \(directory)")
    }
}
