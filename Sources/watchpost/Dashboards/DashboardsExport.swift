import ArgumentParser
import Foundation

struct DashboardsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes dashboards of the configuration to a folder, or gives them to a Grafana.",
        discussion: """
            The files are those of the configuration, unchanged: Grafana reads them.

            Example: all of them to a Grafana
              watchpost dashboards export --config /etc/watchpost \\
                --grafana http://grafana:3000 --token-file token
            """)

    @OptionGroup var options: DashboardOptions

    @Argument(help: "Identifiers of dashboards; all without one.")
    var uids: [String] = []

    @Option(help: "The folder to write to.")
    var to: String?

    @OptionGroup var grafana: GrafanaOptions

    @Option(
        help: "The identifier of a folder of that Grafana; without, the one that is called as the folder of the file.")
    var folderUid: String?

    @Flag(help: "Put them in the place of others of the same name or identifier.")
    var replace = false

    @Flag(help: "Say what would be done, and write nothing.")
    var dryRun = false

    func validate() throws {
        if (to == nil) == (grafana.grafana == nil) {
            throw ValidationError("name a folder by --to, or a Grafana by --grafana")
        }
        if grafana.grafana == nil, folderUid != nil { throw ValidationError("--folder-uid needs --grafana") }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            let folder = try DashboardFolder(configuration: options.config)
            let all = folder.entries
            if let missing = uids.first(where: { uid in !all.contains { $0.uid == uid } }) {
                throw CommandFailure("the configuration has no dashboard \"\(missing)\" that can be read")
            }
            var run = DashboardRun()
            if uids.isEmpty { for file in folder.unreadable { run.tell(CommandFailure(file.reason)) } }
            let chosen = uids.isEmpty ? all : all.filter { uids.contains($0.uid) }
            if chosen.isEmpty { throw CommandFailure("the configuration has no dashboards that can be read") }
            if let to {
                for entry in chosen { try await run.take { try write(entry, to: to, below: folder.path) } }
            } else {
                var taker = try GrafanaTaker(
                    client: GrafanaClient(grafana), folder: folderUid, replaces: replace, isTrial: dryRun)
                for entry in chosen { try await run.take { tell(entry, try await taker.take(entry)) } }
            }
            try run.end()
        }
    }

    private func write(_ entry: DashboardFolder.Entry, to folder: String, below root: String) throws {
        let path = folder + entry.path.dropFirst(root.count)
        if let old = try? DashboardText.read(path) {
            if old == entry.text { return tell(entry, "\(path), it is there already") }
            if !replace { throw CommandFailure("\(path) is another file already: --replace puts this one there") }
        } else if FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("\(path) is there already, and is no dashboard")
        }
        if !dryRun { try DashboardFolder.write(entry.text, to: path) }
        tell(entry, dryRun ? "\(path), not written" : path)
    }

    private func tell(_ entry: DashboardFolder.Entry, _ what: String) {
        print(TableText.harmless("\(entry.title): \(what)", keeping: []))
    }
}

/// Gives dashboards to a Grafana one after the other.
struct GrafanaTaker {
    let client: GrafanaClient
    /// The identifier of the folder for all; `nil` for each in its own.
    let folder: String?
    let replaces: Bool
    let isTrial: Bool
    private var folders: [String: String]?
    private var given: [String: String] = [:]

    init(client: GrafanaClient, folder: String?, replaces: Bool, isTrial: Bool) {
        self.client = client
        self.folder = folder
        self.replaces = replaces
        self.isTrial = isTrial
    }

    /// - Returns: what became of it.
    mutating func take(_ entry: DashboardFolder.Entry) async throws -> String {
        if let other = given.updateValue(entry.path, forKey: entry.uid) {
            throw CommandFailure("\(entry.path) has the uid of \(other): give each file a uid of its own")
        }
        guard var dashboard = DashboardText.classic(entry.text) else {
            throw CommandFailure(
                "\(entry.path) is of schema 2, which this API of Grafana does not take: give it that file by its page, New, Import"
            )
        }
        // Without one Grafana makes a new dashboard each time.
        let uid = DashboardText.uid(of: dashboard, or: entry.uid)
        dashboard["uid"] = uid
        if (dashboard["title"] as? String ?? "").isEmpty { dashboard["title"] = entry.title }
        let old = try await client.dashboard(uid)
        if let old {
            if Self.isSame(old.text, dashboard) { return "\(entry.uid), it is there already" }
            if !replaces {
                throw CommandFailure(
                    "that Grafana has another dashboard \"\(entry.uid)\" already: --replace puts \(entry.path) there")
            }
        }
        if isTrial { return "\(entry.uid), not \(old == nil ? "given" : "replaced")" }
        // What is there already stays in its folder: Grafana would move it to the top.
        var folder = self.folder ?? old?.folderUid
        if folder == nil { folder = try await identifier(ofFolder: entry.folder) }
        try await client.put(dashboard, folder: folder ?? "", overwrites: old != nil)
        return old == nil ? entry.uid : "\(entry.uid), replaced"
    }

    private static func isSame(_ text: String, _ dashboard: [String: Any]) -> Bool {
        guard let data = try? JSONSerialization.data(withJSONObject: dashboard) else { return false }
        return DashboardText.areSame(text, String(decoding: data, as: UTF8.self))
    }

    private mutating func identifier(ofFolder name: String?) async throws -> String {
        guard let name else { return "" }
        var known: [String: String]
        if let folders { known = folders } else { known = try await client.folders() }
        let uid: String
        if let found = known[DashboardFolder.name(ofFolder: name)] {
            uid = found
        } else {
            uid = try await client.makeFolder(name)
        }
        known[DashboardFolder.name(ofFolder: name)] = uid
        folders = known
        return uid
    }
}
