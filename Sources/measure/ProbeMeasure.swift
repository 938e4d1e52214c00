import ArgumentParser
import Foundation
import RTSP

struct ProbeMeasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Probes cameras for a while and prints what that cost, as JSON.")

    @Option(help: "The cameras' port on 127.0.0.1.")
    var port: Int

    @Option(help: "How many are probed.")
    var count = 1_000

    @Option(help: "For how many seconds, after all have been reached.")
    var seconds = 20.0

    @Option(help: "tcp or udp.")
    var transport = "tcp"

    func run() async throws {
        let probe = RTSPProbe()
        let kind = ProbeTarget.Transport(rawValue: transport) ?? .tcp
        probe.update(
            targets: (0..<count).map {
                ProbeTarget(id: "cam-\($0)", url: "rtsp://127.0.0.1:\(port)/cam-\($0)", transport: kind)
            })
        let running = Task { await probe.run() }
        var readings = probe.readings()
        while readings.values.count(where: \.connected) < count {
            try await Task.sleep(for: .milliseconds(200))
            readings = probe.readings()
        }
        try await Task.sleep(for: .seconds(2))
        let (before, framesBefore) = (ProcessCost.processorSeconds, frames(probe))
        let start = ContinuousClock.now
        // As the server does: all readings every second.
        while start.duration(to: .now) < .seconds(seconds) {
            try await Task.sleep(for: .seconds(1))
            readings = probe.readings()
        }
        let wall = start.duration(to: .now) / .seconds(1)
        let cost = ProcessCost.processorSeconds - before
        let lost = readings.values.reduce(0) { $0 + Int($1.packetsLost) }
        print(
            #"{"cpu": \#(cost), "wall": \#(wall), "frames": \#(frames(probe) - framesBefore), "#
                + #""lost": \#(lost), "peak_mib": \#(ProcessCost.peakMemory)}"#)
        running.cancel()
        await running.value
    }

    private func frames(_ probe: RTSPProbe) -> Int {
        probe.readings().values.reduce(0) { $0 + Int($1.framesTotal) }
    }
}
