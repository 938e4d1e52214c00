import ArgumentParser
internal import ConfigText
import Foundation
import Server
import Site

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks every file of a configuration directory.",
        discussion: """
            Each problem has its file, line and column, and the mend. Ends with 1 when there are errors.
            Example: watchpost check /etc/watchpost
            """)

    @Argument(help: "The directory; the built-in site without one.")
    var directory: String?

    @OptionGroup var enabled: FeatureOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let outcome = SiteCheck.check(directory: directory, features: try enabled.features())
        if json {
            let rows = outcome.map { problem in
                [
                    "severity": problem.severity.rawValue, "position": problem.position.description,
                    "what": problem.what, "mend": problem.mend,
                ]
            }
            let data = try JSONSerialization.data(withJSONObject: rows, options: [.sortedKeys, .prettyPrinted])
            print(String(decoding: data, as: UTF8.self))
        } else {
            outcome.forEach { print(TableText.harmless("\($0)", keeping: ["\n"])) }
        }
        let errors = outcome.count { $0.severity == .error }
        if !json { print("\(errors) errors, \(outcome.count - errors) warnings") }
        if errors > 0 { throw ExitCode(1) }
    }
}
