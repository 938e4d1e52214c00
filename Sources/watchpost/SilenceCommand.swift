import ArgumentParser
import CameraRecords
import Foundation
import Model
internal import Patterns

struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Keeps notifications of some alerts back for a while.",
        discussion: """
            Example: nothing about one camera for two hours
              watchpost silence add 'camera_id="gate"' --for 2h --comment 'new lens'
            """, subcommands: [Add.self, List.self, Expire.self], defaultSubcommand: List.self)

    /// A silence as the API tells it.
    struct Told: Decodable {
        struct Status: Decodable { let state: String }

        let id: String
        let status: Status
        let matchers: [MatcherMessage]
        let startsAt: String
        let endsAt: String
        let createdBy: String
        let comment: String
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a silence and prints its id.",
            discussion:
                "Example: watchpost silence add 'alertname=CameraOffline' 'instance=~\"node-[12]\"' --for 30m --comment works"
        )

        private struct Posted: Encodable {
            let matchers: [MatcherMessage]
            let startsAt: String
            let endsAt: String
            let createdBy: String
            let comment: String
        }

        private struct Answer: Decodable { let silenceID: String }

        @OptionGroup var server: ServerOptions

        @Argument(
            help:
                "Matchers that an alert's labels must all meet: name=value, name!=value, name=~pattern, name!~pattern.")
        var matchers: [String]

        @Option(name: .customLong("for"), help: "How long, like 30m, 2h or 1d.")
        var span = "1h"

        @Option(help: "Why.")
        var comment: String

        @Option(help: "Who.")
        var author = ProcessInfo.processInfo.userName

        func run() async throws {
            try await Program.reportingRefusals {
                guard let milliseconds = DurationText.milliseconds(span), milliseconds > 0 else {
                    throw CommandFailure("--for is \"\(span)\"; write a duration like 30m, 2h or 1d")
                }
                var all: [Matcher] = []
                for text in matchers {
                    do { all += try MatcherText.parse(text) } catch {
                        throw CommandFailure("cannot read the matcher \(text): \(error)")
                    }
                }
                let now = Date()
                let posted = Posted(
                    matchers: all.map(MatcherMessage.init), startsAt: now.ISO8601Format(),
                    endsAt: now.addingTimeInterval(Double(milliseconds) / 1_000).ISO8601Format(), createdBy: author,
                    comment: comment)
                let answer: Answer = try await server.send("POST", "/api/v2/silences", json: posted)
                print(answer.silenceID)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists silences.", discussion: "Example: watchpost silence list --expired")

        @OptionGroup var server: ServerOptions

        @Flag(help: "Also those that are over.")
        var expired = false

        func run() async throws {
            try await server.withClock { try await list() }
        }

        private func list() async throws {
            try await Program.reportingRefusals {
                guard let silences: [Told] = try await server.getOrPrintJSON("/api/v2/silences") else { return }
                var table = Table("ID", "STATE", SiteClock.current.head("ENDS"), "MATCHERS", "BY", "COMMENT")
                for silence in silences where expired || silence.status.state != "expired" {
                    table.add(
                        silence.id, silence.status.state, Self.time(silence.endsAt),
                        silence.matchers.map { "\($0.name)\($0.operation.rawValue)\"\($0.value)\"" }.joined(
                            separator: ","), silence.createdBy, silence.comment)
                }
                table.isEmpty ? print("No silences.") : table.print()
            }
        }

        private static func time(_ text: String) -> String {
            RecordPeriod.moment(text, in: .gmt).map(TableText.time) ?? text
        }
    }

    struct Expire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends silences now.",
            discussion: "Example: watchpost silence expire 9a56c1d4-5a1f-4f0e-8b1e-0d7f6f1c2b3a")

        @OptionGroup var server: ServerOptions

        @Argument(help: "Ids, as list shows them.")
        var ids: [String]

        func run() async throws {
            try await Program.reportingRefusals {
                for id in ids { try await server.delete("/api/v2/silence/\(id)") }
            }
        }
    }
}
