import Foundation
import Model
import TestSupport
import Transfers

/// The demo, started once for all tests that look at it.
actor Demo {
    static let shared = Demo()

    private var starting: Task<Server, any Error>?

    /// The running demo, with six cameras online.
    func server() async throws -> Server {
        if let starting { return try await starting.value }
        let task = Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> Server {
        let port = try Peers.freePort()
        let process = try RunningProcess(
            Peers.watchpost, ["demo", "--listen", "127.0.0.1:\(port)", "--no-incident"])
        let server = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady(within: .seconds(90))
        _ = try await eventually("six cameras to be online: \(process.printed)", within: .seconds(90)) {
            let cameras = try await server.cameras()
            let isWell =
                cameras.count == 6
                && cameras.allSatisfy { camera in
                    camera.state == .online && abs((camera.fps ?? 0) - 25) <= 1 && camera.lastRecorded != nil
                }
            return isWell ? true : nil
        }
        return server
    }

    /// Ends the demo as Ctrl-C does.
    func stop() async throws {
        guard let server = try await starting?.value else { return }
        server.process.signal(SIGINT)
        try await server.process.end()
        starting = nil
    }
}
