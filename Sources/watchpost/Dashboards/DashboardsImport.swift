import ArgumentParser
import Dashboards
import Foundation

struct DashboardsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Puts dashboards of files or of a Grafana into the configuration.",
        discussion: """
            Says of each what is not drawn as Grafana draws it. A running server shows them some seconds later.
            Folders of that Grafana are kept as folders. Nothing that is there goes without --replace.

            Example: a dashboard from grafana.com
              watchpost dashboards import --config /etc/watchpost node-exporter-full.json
            """)

    @OptionGroup var options: DashboardOptions

    @Argument(help: "Files of dashboards, as Grafana exports them or its API answers them.")
    var files: [String] = []

    @OptionGroup var grafana: GrafanaOptions

    @Option(help: "The identifier of a dashboard of that Grafana; all without one. May be named again.")
    var uid: [String] = []

    @Flag(help: "Put new ones in the place of those of the same identifier.")
    var replace = false

    @Flag(help: "Say what would be done, and write nothing.")
    var dryRun = false

    func validate() throws {
        if files.isEmpty == (grafana.grafana == nil) {
            throw ValidationError("name files, or a Grafana by --grafana")
        }
        if grafana.grafana == nil, !uid.isEmpty { throw ValidationError("--uid needs --grafana") }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            var folder = try DashboardFolder(configuration: options.config)
            var run = DashboardRun()
            for file in files {
                try await run.take { try put(try DashboardText.read(file), from: file, into: &folder) }
            }
            if let address = grafana.grafana {
                let client = try GrafanaClient(grafana)
                let all = uid.isEmpty ? try await client.identifiers() : uid
                if all.isEmpty { throw CommandFailure("\(address) has no dashboard that this token may see") }
                for one in all {
                    try await run.take {
                        guard let found = try await client.dashboard(one) else {
                            throw CommandFailure("\(address) has no dashboard \"\(one)\"")
                        }
                        try put(found.text, from: one, into: &folder)
                    }
                }
            }
            try run.end()
        }
    }

    private func put(_ text: String, from name: String, into folder: inout DashboardFolder) throws {
        let unwrapped = DashboardText.unwrapped(text)
        let reading = try Dashboard.read(unwrapped.text, path: name)
        let dashboard = reading.dashboard
        let outcome = try folder.put(
            unwrapped.text, uid: dashboard.uid, title: dashboard.title, folder: unwrapped.folder, replaces: replace,
            isTrial: dryRun)
        let told =
            switch outcome {
            case .isThere(let path): "\(path), it is there already"
            case .new(let path): dryRun ? "\(path), not written" : path
            case .replaced(let path): dryRun ? "\(path), not replaced" : "\(path), replaced"
            }
        print(TableText.harmless("\(dashboard.title): \(told)", keeping: []))
        for loss in reading.losses {
            print("  \(loss.line):\(loss.column): \(TableText.harmless(loss.text, keeping: []))")
        }
    }
}
