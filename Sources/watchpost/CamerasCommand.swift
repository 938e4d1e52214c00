import ArgumentParser
import Foundation
import Model

struct CamerasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cameras", abstract: "Lists the cameras, what is wrong first.",
        discussion: "Example: watchpost cameras --json")

    @OptionGroup var server: ServerOptions

    func run() async throws {
        guard let cameras: [CameraStatus] = try await server.getOrPrintJSON("/api/watchpost/cameras") else { return }
        let hasNodes = cameras.contains { $0.node != nil }
        let hasCauses = cameras.contains { $0.sharedCause != nil }
        var table = Table(
            ["CAMERA"] + (hasNodes ? ["NODE"] : [])
                + ["STATE", "SINCE", "FPS", "EXPECTS", "MBIT/S", "RECORDED"] + (hasCauses ? ["CAUSE"] : []) + ["REASON"]
        )
        for camera in cameras {
            let node = hasNodes ? [camera.node?.name ?? "this host"] : []
            table.add(
                [camera.id] + node + [
                    camera.state.rawValue, TableText.age(of: camera.since), TableText.number(camera.fps),
                    TableText.number(camera.expectedFPS), TableText.number(camera.bitrate, "%.2f", scale: 1e6),
                    TableText.age(of: camera.lastRecorded),
                ] + (hasCauses ? [camera.sharedCause?.headline ?? ""] : []) + [camera.reason])
        }
        table.isEmpty
            ? print(
                "No cameras are known. Name them in watchpost.yml, or start an ffmpeg recorder with an rtsp:// input.")
            : table.print()
    }
}
