import ArgumentParser
import Foundation
import Model
import SiteView

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract:
            "Plans works: alerts of what is worked on are told to nobody meanwhile, and what is left after them is.",
        discussion: """
            Example: a camera is replaced tonight
              watchpost maintenance add --camera gate --from '2026-11-29 22:00' --until '2026-11-30 02:00'
            Example: the recorders of a node restart each Sunday
              watchpost maintenance add --node rec-3 --from '2026-11-29 03:00' --until '2026-11-29 03:30' --weekly
            """, subcommands: [Add.self, List.self, End.self, Delete.self], defaultSubcommand: List.self)

    static let path = "/api/watchpost/maintenance"

    private struct Named: Encodable { let id: String }

    private struct Answer: Decodable { let id: String }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plans a window and prints when it is.",
            discussion:
                "Example: watchpost maintenance add 'alertname=~\"Disk.*\"' --node rec-3 --until '2026-11-30 02:00'")

        @OptionGroup var server: ServerOptions

        @Argument(
            help:
                "Matchers that an alert's labels must all meet: name=value, name!=value, name=~pattern, name!~pattern.")
        var matchers: [String] = []

        @Option(help: "A camera's id.")
        var camera = ""

        @Option(help: "A node, as the label instance names it.")
        var node = ""

        @Option(help: "A site, as the label site names it.")
        var site = ""

        @Option(help: "The begin by the clock of the site, like '2026-11-29 22:00'; now by default.")
        var from = ""

        @Option(help: "The end, like '2026-11-30 02:00'.")
        var until: String

        @Flag(help: "It comes again each week.")
        var weekly = false

        @Option(help: "What is done.")
        var comment = ""

        @Option(help: "Who plans it.")
        var by = ProcessInfo.processInfo.userName

        func run() async throws {
            try await server.withClock { try await add() }
        }

        private func add() async throws {
            try await Program.reportingRefusals {
                var plan = MaintenancePlan()
                (plan.camera, plan.node, plan.site) = (camera, node, site)
                (plan.matchers, plan.from, plan.until) = (matchers.joined(separator: ","), from, until)
                (plan.weekly, plan.by, plan.comment) = (weekly, by, comment)
                let window: MaintenanceView = try await server.send("POST", MaintenanceCommand.path, json: plan)
                print("\(window.id)  \(MaintenanceCommand.words(window)): \(window.matchers.joined(separator: ", "))")
                for note in window.notes { print(TableText.harmless(note, keeping: [])) }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists windows.", discussion: "Example: watchpost maintenance list --over")

        @OptionGroup var server: ServerOptions

        @Flag(help: "Also those that are over.")
        var over = false

        func run() async throws {
            try await server.withClock { try await list() }
        }

        private func list() async throws {
            try await Program.reportingRefusals {
                guard let windows: [MaintenanceView] = try await server.getOrPrintJSON(MaintenanceCommand.path) else {
                    return
                }
                var table = Table(
                    "ID", "STATE", SiteClock.current.head("FROM"), "UNTIL", "EACH WEEK", "MATCHERS", "HOLDS", "BY",
                    "COMMENT")
                for window in windows where over || window.state != .over {
                    table.add(
                        window.id, window.state == .active ? "now" : window.state.rawValue,
                        TableText.time(window.startsAt), TableText.time(window.endsAt),
                        window.weekly.map(\.words) ?? "-", window.matchers.joined(separator: ","),
                        String(window.held), window.by, window.comment)
                }
                table.isEmpty ? print("Nothing is planned.") : table.print()
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends windows now: what fires still is told.",
            discussion: "Example: watchpost maintenance end 9a56c1d4-5a1f")

        @OptionGroup var server: ServerOptions

        @Argument(help: "Ids, as list shows them.")
        var ids: [String]

        func run() async throws {
            try await Program.reportingRefusals {
                for id in ids {
                    let _: Answer = try await server.send(
                        "POST", MaintenanceCommand.path + "/end", json: Named(id: id))
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets windows that do not hold anything now.",
            discussion: "Example: watchpost maintenance delete 9a56c1d4-5a1f")

        @OptionGroup var server: ServerOptions

        @Argument(help: "Ids, as list shows them.")
        var ids: [String]

        func run() async throws {
            try await Program.reportingRefusals {
                for id in ids {
                    try await server.delete(MaintenanceCommand.path + "?id=" + FormFields.encoded(id))
                }
            }
        }
    }

    /// `maintenance until 18:00, by Ann`
    private static func words(_ window: MaintenanceView) -> String {
        let start = window.state == .pending ? " from \(TableText.time(window.startsAt))" : ""
        let weekly = window.weekly.map { ", each week from \($0.words)" } ?? ""
        return "maintenance\(start) until \(TableText.time(window.endsAt))\(weekly), by \(window.by)"
    }
}

extension MaintenanceView.Weekly {
    /// `Saturday 22:00 to Sunday 02:00 (Asia/Ho_Chi_Minh)`
    fileprivate var words: String {
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        func text(_ day: Int, _ minute: Int) -> String {
            (days.indices.contains(day) ? days[day] : "") + String(format: " %02d:%02d", minute / 60, minute % 60)
        }
        return "\(text(startDay, startMinute)) to \(text(endDay, endMinute)) (\(zone))"
    }
}
