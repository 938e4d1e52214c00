import ArgumentParser
import Foundation
import Server

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

    @OptionGroup var enabled: FeatureOptions

    @Flag(help: "Listen beyond this host although nobody has to log in.")
    var insecureListen = false

    @Flag(help: "Allow stored samples to be deleted over HTTP.")
    var enableAdminApi = false

    func run() async throws {
        var options = ServeOptions(dataDirectory: data, program: Program.path)
        options.configuration = config
        options.listen = listen
        options.allowsInsecureListen = insecureListen
        options.allowsDeletion = enableAdminApi
        options.features = try enabled.features()
        try await Program.reportingRefusals { try await Watchpost.serve(options) }
    }
}
