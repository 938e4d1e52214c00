import ArgumentParser
import CameraSimulator
import Foundation

struct CamerasMeasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cameras", abstract: "Serves simulated cameras cam-0, cam-1 … until standard input ends.")

    @Option(help: "How many.")
    var count = 1_000

    func run() async throws {
        let clip = try ClipMaker.clip(cachedAt: NSTemporaryDirectory() + "watchpost-measure-clip-v1.h264")
        let simulator = CameraSimulator(cameras: (0..<count).map { SimulatedCamera(id: "cam-\($0)") }, clip: clip)
        FileHandle.standardOutput.write(Data("port \(try simulator.start())\n".utf8))
        while readLine() != nil {}
        simulator.stop()
    }
}
