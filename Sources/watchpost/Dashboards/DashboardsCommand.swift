import ArgumentParser
import Dashboards
import Foundation

struct DashboardsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboards", abstract: "Takes dashboards from Grafana, and gives them back.",
        discussion: """
            Example: all dashboards of a Grafana
              watchpost dashboards import --config /etc/watchpost --grafana http://grafana:3000 --token-file token
            """, subcommands: [DashboardsImport.self, DashboardsExport.self, DashboardsList.self])
}

/// Where the dashboards of a configuration are.
struct DashboardOptions: ParsableArguments {
    @Option(help: "The folder of the configuration; its folder dashboards holds them.")
    var config: String
}

struct DashboardsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Puts dashboards of files or of a Grafana into the configuration.",
        discussion: """
            Says of each what is not drawn as Grafana draws it. A server shows them after the next reload.

            Example: a dashboard from grafana.com
              watchpost dashboards import --config /etc/watchpost node-exporter-full.json
            """)

    @OptionGroup var options: DashboardOptions

    @Argument(help: "Files of dashboards, as Grafana exports them or its API answers them.")
    var files: [String] = []

    @Option(help: "The address of a Grafana whose dashboards are taken.")
    var grafana: String?

    @Option(help: "A file with the token of a service account of that Grafana.")
    var tokenFile: String?

    @Option(help: "The identifier of a dashboard of that Grafana; all without one. May be named again.")
    var uid: [String] = []

    @Flag(help: "Put new ones in the place of those of the same identifier.")
    var replace = false

    func validate() throws {
        if files.isEmpty == (grafana == nil) { throw ValidationError("name files, or a Grafana by --grafana") }
        if grafana == nil, tokenFile != nil || !uid.isEmpty {
            throw ValidationError("--token-file and --uid need --grafana")
        }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            let folder = try DashboardFolder(configuration: options.config)
            var failures = 0
            func take(_ name: String, _ text: () async throws -> String) async {
                do {
                    try put(await text(), from: name, into: folder)
                } catch {
                    failures += 1
                    FileHandle.standardError.write(Data("\(error)\n".utf8))
                }
            }
            for file in files { await take(file) { try DashboardFolder.text(of: file) } }
            if let grafana {
                let client = try GrafanaClient(grafana, tokenFile: tokenFile)
                let all = uid.isEmpty ? try await client.identifiers() : uid
                if all.isEmpty { throw CommandFailure("\(grafana) has no dashboard that this token may see") }
                for one in all { await take(one) { try await client.dashboard(one) } }
            }
            if failures > 0 { throw ExitCode(1) }
        }
    }

    private func put(_ text: String, from name: String, into folder: DashboardFolder) throws {
        let text = Self.unwrapped(text)
        let reading = try Dashboard.read(text, path: name)
        let dashboard = reading.dashboard
        let path = try folder.put(text, uid: dashboard.uid, title: dashboard.title, replaces: replace)
        let title = TableText.harmless(dashboard.title, keeping: [])
        print(path.map { "\(title): \($0)" } ?? "\(title): it is there already")
        for loss in reading.losses {
            print("  line \(loss.line): \(TableText.harmless(loss.text, keeping: []))")
        }
    }

    /// The dashboard of an answer of Grafana's API, so that Grafana itself reads the file, too.
    static func unwrapped(_ text: String) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let inner = object["dashboard"] as? [String: Any], object["panels"] == nil,
            let data = try? JSONSerialization.data(
                withJSONObject: inner, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return text }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

struct DashboardsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes dashboards of the configuration to a folder, or gives them to a Grafana.",
        discussion: """
            The files are those of the configuration, unchanged: Grafana reads them.

            Example: all of them to a Grafana
              watchpost dashboards export --config /etc/watchpost --grafana http://grafana:3000 --token-file token
            """)

    @OptionGroup var options: DashboardOptions

    @Argument(help: "Identifiers of dashboards; all without one.")
    var uids: [String] = []

    @Option(help: "The folder to write to.")
    var to: String?

    @Option(help: "The address of a Grafana that is given them.")
    var grafana: String?

    @Option(help: "A file with the token of a service account of that Grafana.")
    var tokenFile: String?

    @Option(help: "The identifier of the folder of that Grafana.")
    var folderUid: String?

    func validate() throws {
        if (to == nil) == (grafana == nil) { throw ValidationError("name a folder by --to, or a Grafana by --grafana") }
        if grafana == nil, tokenFile != nil || folderUid != nil {
            throw ValidationError("--token-file and --folder-uid need --grafana")
        }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            let all = try DashboardFolder(configuration: options.config).entries()
            let chosen = uids.isEmpty ? all : all.filter { uids.contains($0.uid) }
            if let missing = uids.first(where: { uid in !all.contains { $0.uid == uid } }) {
                throw CommandFailure("the configuration has no dashboard \"\(missing)\"")
            }
            if chosen.isEmpty { throw CommandFailure("the configuration has no dashboards") }
            for entry in chosen {
                if let to { try write(entry, to: to) }
                if let grafana { try await give(entry, to: GrafanaClient(grafana, tokenFile: tokenFile)) }
                print("\(TableText.harmless(entry.title, keeping: [])): \(to ?? grafana ?? "")")
            }
        }
    }

    private func write(_ entry: DashboardFolder.Entry, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = URL(filePath: entry.path).lastPathComponent
        try Data(entry.text.utf8).write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
    }

    private func give(_ entry: DashboardFolder.Entry, to client: GrafanaClient) async throws {
        let text = Data(DashboardsImport.unwrapped(entry.text).utf8)
        guard var dashboard = try JSONSerialization.jsonObject(with: text) as? [String: Any] else {
            throw CommandFailure("\(entry.path) is no dashboard")
        }
        // Without one Grafana makes a new dashboard each time.
        dashboard["uid"] = entry.uid
        try await client.put(dashboard, folder: folderUid)
    }
}

struct DashboardsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the dashboards of the configuration.")

    @OptionGroup var options: DashboardOptions

    func run() async throws {
        try await Program.reportingRefusals {
            var table = Table("UID", "TITLE", "FILE")
            for entry in try DashboardFolder(configuration: options.config).entries() {
                table.add(entry.uid, entry.title, entry.path)
            }
            table.isEmpty ? print("No dashboards.") : table.print()
        }
    }
}
