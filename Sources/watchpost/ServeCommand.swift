import ArgumentParser
import Foundation
import PromQL
import Watchpost

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Watches, stores, alerts and shows the pages.",
        discussion: """
            Without --config the built-in site runs: it finds this host's disks, networks and ffmpeg recorders.
            Example: watchpost serve --config /etc/watchpost --data /var/lib/watchpost
            """)

    @Option(help: "The directory with watchpost.yml, prometheus.yml, rules/ and their kin.")
    var config: String?

    @Option(help: "Where everything is stored.")
    var data = "watchpost-data"

    @Option(help: "host:port for pages and API (default: 127.0.0.1:9900, or what watchpost.yml says).")
    var listen: String?

    @Option(help: "Parts of PromQL that are off otherwise, with commas between: promql-experimental-functions, …")
    var enableFeature: String?

    @Flag(help: "Listen beyond this host although nobody has to log in.")
    var insecureListen = false

    func run() async throws {
        var options = ServeOptions(dataDirectory: data, program: Program.path)
        options.configuration = config
        options.listen = listen
        options.allowsInsecureListen = insecureListen
        options.features = try features()
        try await Program.reportingRefusals { try await Watchpost.serve(options) }
    }

    private func features() throws -> Set<PromQLFeature> {
        let names = (enableFeature ?? "").split(separator: ",").map(String.init)
        return Set(
            try names.map { name in
                guard let feature = PromQLFeature(rawValue: name) else {
                    let known = PromQLFeature.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("unknown feature \"\(name)\"; known are \(known)")
                }
                return feature
            })
    }
}
