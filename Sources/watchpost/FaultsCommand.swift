import ArgumentParser
import Foundation
import SiteView

struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Lists what is wrong, each thing once, in the words of the first page.",
        discussion: """
            The exit status is 1 where something needs attention, so that scripts can ask.

            Example: is anything wrong?
              watchpost faults
            """)

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await Program.reportingRefusals {
            let bytes = Data(try await server.bytes("/api/watchpost/faults", []))
            let faults = try JSONDecoder().decode([Fault].self, from: bytes)
            if server.json {
                FileHandle.standardOutput.write(bytes + [UInt8(ascii: "\n")])
            } else {
                try await server.withClock { Self.print(faults) }
            }
            if faults.contains(where: \.needsAttention) { throw ExitCode(1) }
        }
    }

    private static func print(_ faults: [Fault]) {
        var table = Table("STATE", "WHAT", SiteClock.current.head("SINCE"), "ALERTS", "IN HAND", "WHY")
        for fault in faults {
            let inHand = fault.acknowledgement?.by ?? (fault.isSilent ? "silent" : "-")
            table.add(
                fault.state, fault.title, TableText.since(fault.since), String(fault.alertCount), inHand,
                fault.sentence)
        }
        table.isEmpty ? Swift.print("Nothing is wrong.") : table.print()
    }
}
