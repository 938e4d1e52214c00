import ArgumentParser
import Collectors
import Foundation
import RTSP
import Transfers

struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Finds cameras on the local network, or recordings in a folder, for watchpost.yml.",
        discussion: """
            Cameras answer by ONVIF; each is then tried by one short RTSP session. Nothing of them is changed.
            With --recordings a folder is looked into instead, and what recorders have laid there is printed.
            Examples: watchpost discover --user admin --password-file ~/camera-password
                      watchpost discover --recordings /media/frigate
            """)

    @OptionGroup var login: CameraPassword

    @Option(help: "Ask this host alone, HOST or HOST:PORT, as one in another network.")
    var host: String?

    @Option(help: "Seconds to wait for answers.")
    var seconds = 3.0

    @Option(help: "Seconds to watch each stream.")
    var probeSeconds = 6.0

    @Option(help: ArgumentHelp("Look for recordings in this folder, and ask no camera.", valueName: "folder"))
    var recordings: String?

    func validate() throws {
        if recordings != nil, host != nil || login.user != nil {
            throw ValidationError("--recordings asks no camera: leave --host and --user out")
        }
        if !(0.1...600).contains(seconds) || !(0.1...600).contains(probeSeconds) {
            throw ValidationError("--seconds and --probe-seconds are from 0.1 to 600")
        }
    }

    func run() async throws {
        try await Program.reportingRefusals {
            if let recordings { return try DiscoveredRecordings.show(in: recordings) }
            let discovery = CameraDiscovery(
                transfers: Transfers(), user: login.user, password: try login.password())
            let cameras = await discovery.find(host: host, seconds: seconds, probeSeconds: probeSeconds)
            if cameras.isEmpty {
                throw CommandFailure(
                    "no camera answered. ONVIF may be switched off in the cameras, or they are in another network: "
                        + "try --host with a camera's address.")
            }
            print("cameras:")
            for camera in cameras { print(entry(camera)) }
        }
    }

    private func entry(_ camera: DiscoveredCamera) -> String {
        var remarks = [camera.name.isEmpty ? camera.host : "\(camera.name) (\(camera.host))"]
        if !camera.problem.isEmpty {
            remarks.append("The address of the stream is a guess, as the camera does not tell it: \(camera.problem).")
        }
        if let reading = camera.reading { remarks.append(found(reading)) }
        var lines = remarks.map { "  # " + $0.replacing("\n", with: " ") }
        lines += ["  - id: \(camera.id)", "    url: \(withLogin(camera.url))"]
        if !camera.streams.isEmpty { lines.append("    streams:") }
        for stream in camera.streams {
            lines.append("      - { name: \(stream.name), url: \(withLogin(stream.url)) }")
        }
        return lines.joined(separator: "\n")
    }

    private func withLogin(_ url: String) -> String {
        RecordingLines.quoted(
            login.user.map { url.replacing("://", with: "://\($0):PASSWORD@", maxReplacements: 1) } ?? url)
    }

    private func found(_ reading: ProbeReading) -> String {
        guard reading.connected || reading.framesTotal > 0 else {
            return reading.detail.isEmpty ? "The probe had no time for it." : reading.detail
        }
        let size = reading.width.flatMap { width in reading.height.map { " \(width)x\($0)" } } ?? ""
        return "\(reading.codec ?? "video")\(size), \(TableText.number(reading.fps)) frames a second, "
            + "\(TableText.number(reading.bitrate, "%.0f", scale: 1_000)) kb/s"
    }
}
