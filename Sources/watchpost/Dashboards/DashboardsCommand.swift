import ArgumentParser
import Foundation

struct DashboardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboards", abstract: "Takes dashboards from Grafana, and gives them back.",
        discussion: """
            Example: all dashboards of a Grafana
              watchpost dashboards import --config /etc/watchpost \\
                --grafana http://grafana:3000 --token-file token
            """, subcommands: [DashboardsImport.self, DashboardsExport.self, DashboardsList.self])
}

/// Where the dashboards of a configuration are.
struct DashboardOptions: ParsableArguments {
    @Option(help: "The folder of the configuration; its folder dashboards holds them.")
    var config: String
}

/// A Grafana, and how it is asked.
struct GrafanaOptions: ParsableArguments {
    @Option(help: "The address of a Grafana, with the path below which it is served.")
    var grafana: String?

    @Option(help: "A file with the token of a service account of that Grafana.")
    var tokenFile: String?

    @Option(help: "A file with the certificates by which that of the Grafana is judged, in PEM.")
    var caFile: String?

    @Option(help: "Seconds to wait for an answer of it.")
    var timeout = 30

    func validate() throws {
        if grafana == nil, tokenFile != nil || caFile != nil {
            throw ValidationError("--token-file and --ca-file need --grafana")
        }
        if !(1...3_600).contains(timeout) { throw ValidationError("--timeout is from 1 to 3600") }
    }
}

/// Does something for many dashboards: what fails for one is told, and the next is taken.
struct DashboardRun {
    /// A Grafana that did not answer so many times one after the other is not asked for more.
    private static let silencesMax = 3

    private(set) var failures = 0
    private var silences = 0

    /// - Throws: what would end the same way for all others.
    mutating func take(_ body: () async throws -> Void) async throws {
        do {
            try await body()
            silences = 0
        } catch let failure as GrafanaClient.Failure {
            silences = failure.isSilence ? silences + 1 : 0
            if failure.isForAll || silences >= Self.silencesMax { throw failure }
            tell(failure)
        } catch {
            tell(error)
        }
    }

    mutating func tell(_ error: any Error) {
        failures += 1
        FileHandle.standardError.write(Data("\(TableText.harmless("\(error)", keeping: ["\n"]))\n".utf8))
    }

    /// - Throws: the status of a command that did not do all.
    func end() throws { if failures > 0 { throw ExitCode(1) } }
}

struct DashboardsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the dashboards of the configuration.",
        discussion: "Example: watchpost dashboards list --config /etc/watchpost")

    @OptionGroup var options: DashboardOptions

    func run() async throws {
        try await Program.reportingRefusals {
            let folder = try DashboardFolder(configuration: options.config)
            var table = Table("UID", "TITLE", "FILE")
            for entry in folder.entries { table.add(entry.uid, entry.title, entry.path) }
            table.isEmpty ? print("No dashboards.") : table.print()
            var run = DashboardRun()
            for file in folder.unreadable { run.tell(CommandFailure(file.reason)) }
            try run.end()
        }
    }
}
