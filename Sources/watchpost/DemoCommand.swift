import ArgumentParser
import Demo
import Foundation
import Server

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Simulated cameras, real recorders, and the whole server over them.",
        discussion: """
            Nothing leaves this host, and everything ends with Ctrl-C.
            Example: watchpost demo --cameras 6
            """,
        subcommands: [RunDemoCommand.self, FaultCommand.self], defaultSubcommand: RunDemoCommand.self)
}

struct RunDemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Starts the demo.", discussion: "Example: watchpost demo run --no-incident",
        shouldDisplay: false)

    @Option(help: "How many cameras.")
    var cameras = 6

    @Option(help: "host:port for pages and API.")
    var listen = "127.0.0.1:9900"

    @Flag(help: "Do not let a camera fail by itself after a minute.")
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
            options.demo = .init(
                messages: { demo.inbox.messages(limit: $0) }, setFault: { try demo.setFault($1, for: $0) })
            let (address, stagesIncident) = (listen, !noIncident)
            options.onReady = { url in demo.tellReady(url: url, address: address, stagesIncident: stagesIncident) }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await demo.runInbox() }
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
