import ArgumentParser
import Demo
import Foundation
import Server

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Simulated cameras, real recorders, and the whole server over them.",
        discussion: """
            Nothing leaves this host, and everything ends with Ctrl-C. Within three minutes a camera hangs, three lose
            their switch, and an AI worker slows down; each is told here and on the pages as it comes.

            Example: watchpost demo --cameras 6
            Example, to try faults of your own: watchpost demo --no-incident
            """,
        subcommands: [FaultCommand.self])

    @Option(help: "How many cameras, 1 to 100.")
    var cameras = 6

    @Option(help: "host:port for pages and API.")
    var listen = "127.0.0.1:9900"

    @Flag(help: "Listen beyond this host though nobody has to log in.")
    var insecureListen = false

    @Flag(help: "Let nothing fail by itself.")
    var noIncident = false

    func validate() throws {
        if !(1...100).contains(cameras) { throw ValidationError("--cameras is from 1 to 100") }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            let demo = try await Demo.start(cameras: cameras)
            defer { demo.end() }
            var options = ServeOptions(dataDirectory: demo.dataDirectory, program: Program.path)
            options.configuration = demo.configuration
            options.listen = listen
            options.allowsInsecureListen = insecureListen
            options.demo = .init(
                messages: { demo.inbox.messages(limit: $0) }, story: { demo.narrator.story },
                setFault: { try demo.setFault($1, for: $0) })
            let (address, stagesIncidents) = (listen, !noIncident)
            options.onReady = { url in demo.tellReady(url: url, address: address, stagesIncidents: stagesIncidents) }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await demo.runServers() }
                try await Watchpost.serve(options)
                group.cancelAll()
            }
            print("demo: ended; nothing is left running")
        }
    }
}

struct FaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault", abstract: "Gives a simulated camera a fault.",
        discussion: """
            Faults: \(Demo.faults.joined(separator: ", ")).
            Example: watchpost demo fault cam-3 stall
            """)

    @OptionGroup var server: ServerOptions

    @Argument(help: "The camera.")
    var camera: String

    @Argument(help: "The fault; none heals it.")
    var fault: String

    func run() async throws {
        try await server.post("/api/watchpost/demo/fault", json: ["camera": camera, "fault": fault])
        print(fault == "none" ? "\(camera) is well again." : "\(camera) has the fault \(fault). See it on the page.")
    }
}
