import ArgumentParser
import Foundation
import Model
import SiteView

struct AcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Says that somebody looks after a fault, or lists who looks after what.",
        discussion: """
            Those who were told of the fault's alerts hear of it once, and are told no more by repetition.

            Example: Minh looks after a camera
              watchpost acknowledge 'camera cam-17' --by Minh --comment 'on my way'
            Example: it is done
              watchpost acknowledge 'camera cam-17' --end
            """)

    private struct Posted: Encodable {
        let key: String
        let by: String
        let comment: String
    }

    @OptionGroup var server: ServerOptions

    @Argument(
        help: "The fault: 'camera ID', 'node NAME', or an alert's fingerprint. Without it all are listed.")
    var key: String?

    @Option(help: "Who looks after it.")
    var by = ProcessInfo.processInfo.userName

    @Option(help: "What others should know.")
    var comment = ""

    @Flag(help: "Nobody looks after it any more.")
    var end = false

    private static let path = "/api/watchpost/acknowledgements"

    func run() async throws {
        try await Program.reportingRefusals {
            guard let key else { return try await list() }
            if end { return try await server.delete(Self.path + "?key=" + FormFields.encoded(key)) }
            let taken: AcknowledgementView = try await server.send(
                "POST", Self.path, json: Posted(key: key, by: by, comment: comment))
            print("\(taken.by) looks after \(taken.key); alerts that this concerns: \(taken.alerts.count)")
        }
    }

    private func list() async throws {
        guard let all: [AcknowledgementView] = try await server.getOrPrintJSON(Self.path) else { return }
        var table = Table("FAULT", "WHO", "SINCE", "COMMENT")
        for one in all { table.add(one.key, one.by, TableText.age(of: one.since), one.comment) }
        table.isEmpty ? print("Nobody looks after anything.") : table.print()
    }
}
