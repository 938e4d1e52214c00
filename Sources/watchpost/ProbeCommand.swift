import ArgumentParser
internal import Collectors
internal import ConfigText
import Foundation
import Model
import RTSP
import Site
import Transfers

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Plays a camera's stream for some seconds and says what came.",
        discussion: """
            The URL is read from standard input where it is -, so that no password stands in the arguments.
            With --camera it is that of a camera in watchpost.yml; once it is let in, a server that pauses after refused
            logins of that camera tries again at once. With --user the password is asked for.
            Example: watchpost probe rtsp://192.0.2.10/stream1 --user admin
            Example: watchpost probe --config /etc/watchpost --camera gate
            """)

    @Argument(help: "The camera's URL (rtsp, http, rtmp, or tcp to be reached only), or - for standard input.")
    var url: String?

    @Option(help: "The id of a camera of the configuration, instead of a URL.")
    var camera: String?

    @Option(help: "The directory with watchpost.yml, for --camera.")
    var config: String?

    @Option(help: "Where the server answers that watches the camera, with --camera; else where watchpost.yml says.")
    var server: String?

    @OptionGroup var login: CameraPassword

    @Flag(help: "Take media over UDP.")
    var udp = false

    @Option(help: "Seconds to watch.")
    var seconds = 10

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if (url == nil) == (camera == nil) { throw ValidationError("give a URL, or --camera with --config") }
        if (camera == nil) != (config == nil) { throw ValidationError("--camera and --config go together") }
        if !(1...86_400).contains(seconds) { throw ValidationError("--seconds is from 1 to 86400") }
    }

    func run() async throws {
        let (address, isCheck, usesUDP) = try address()
        let probe = RTSPProbe()
        probe.update(targets: [
            ProbeTarget(
                id: "camera", url: address, mode: isCheck ? .reach : .media, transport: udp || usesUDP ? .udp : .tcp)
        ])
        let task = Task { await probe.run() }
        var reading: ProbeReading?
        for _ in 0..<seconds * 4 {
            try await Task.sleep(for: .milliseconds(250))
            reading = probe.readings()["camera"]
            if let failure = reading?.failure, failure != .stalled { break }
            if reading?.connected == true, reading?.kind?.hasFrameRate == false { break }
        }
        task.cancel()
        await task.value
        guard let reading else { throw CommandFailure("the probe said nothing") }
        json ? try printJSON(reading) : printTable(reading)
        if !reading.connected { throw ExitCode(1) }
        await tellServer()
    }

    /// A password that was put right on the camera need not wait for the end of the pause. Where no server runs there is
    /// no pause either.
    private func tellServer() async {
        guard let camera, let config else { return }
        let listen = try? SiteLoader.load(directory: config).watchpost.listen
        let id = camera.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? camera
        let url = "\(server ?? "http://\(listen ?? "127.0.0.1:9900")")/api/watchpost/cameras/\(id)/retry-login"
        _ = try? await Transfers().send(HTTPRequest(method: "POST", url: url, body: [], timeout: .seconds(5)))
    }

    /// The address, whether it is only to be reached, and how its media comes.
    private func address() throws -> (url: String, isCheck: Bool, usesUDP: Bool) {
        guard let camera, let config else {
            let address = url == "-" ? (readLine() ?? "") : url ?? ""
            let isCheck = address.lowercased().hasPrefix("tcp://")
            guard let user = login.user else { return (address, isCheck, false) }
            guard var components = URLComponents(string: address) else { return (address, isCheck, false) }
            components.user = user
            components.password = try login.password()
            return (components.string ?? address, isCheck, false)
        }
        do {
            let cameras = try SiteLoader.load(directory: config).watchpost.cameras
            guard let wanted = cameras.first(where: { $0.id == camera }) else {
                let ids = cameras.map(\.id).joined(separator: ", ")
                throw CommandFailure("there is no camera \(camera) in \(config); there are: \(ids)")
            }
            // As the server does: the gateway shares its session with the camera.
            guard let secret = wanted.restreams.first ?? wanted.url else {
                throw CommandFailure("the camera \(camera) has no url in \(config)")
            }
            return (try secret.read(), wanted.isCheck, wanted.transport == .udp)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func rows(_ reading: ProbeReading) -> [(String, String)] {
        var rows = [("state", reading.connected ? "connected" : reading.failure?.rawValue ?? "connecting")]
        if let kind = reading.kind { rows.append(("stream", kind.title)) }
        if !reading.detail.isEmpty { rows.append(("reason", reading.detail)) }
        if let failure = reading.failure { rows.append(("likely cause", Self.likelyCause(of: failure))) }
        if let place = reading.leadsTo { rows.append(("leads to", Redaction.urls(in: place))) }
        rows.append(("fps", TableText.number(reading.fps)))
        rows.append(("described fps", TableText.number(reading.describedFPS)))
        rows.append(("bitrate, kb/s", TableText.number(reading.bitrate, "%.0f", scale: 1_000)))
        rows.append(("frames", String(reading.framesTotal)))
        rows.append(("frames dropped", String(reading.framesDropped)))
        rows.append(("packets lost", String(reading.packetsLost)))
        if reading.bytesSkipped > 0 { rows.append(("bytes that are no RTSP", String(reading.bytesSkipped))) }
        rows.append(("jitter, ms", TableText.number(reading.jitterSeconds, "%.1f", scale: 0.001)))
        rows.append(("key frame every, s", TableText.number(reading.keyframeIntervalSeconds)))
        rows.append(("first frame after, s", TableText.number(reading.firstFrameSeconds, "%.2f")))
        rows.append(("clock offset, s", TableText.number(reading.clockOffsetSeconds, "%.2f")))
        let size = reading.width.flatMap { width in reading.height.map { "\(width)x\($0)" } } ?? "-"
        rows.append(("video", [reading.codec, size, reading.profile].compactMap { $0 }.joined(separator: " ")))
        return rows
    }

    /// What it mostly is, and what to do.
    private static func likelyCause(of failure: CameraFailure) -> String {
        switch failure {
        case .dns: "a typing error in the name, or no DNS here; try the camera's IP address"
        case .refused:
            "the stream's service is switched off in the camera, it uses another port, or it is just starting"
        case .timeout: "the camera has no power or network, another address, or a firewall is between"
        case .mute: "the port belongs to something else, or the camera hangs; start it anew"
        case .unauthorized:
            "a wrong user or password; cameras lock out who tries too often, so wait before the next try"
        case .notFound: "a wrong path; each maker has its own, and watchpost discover asks the camera for it"
        case .busy: "too many viewers: recorders, apps and pages each take a session; take one away, or raise its limit"
        case .noMedia:
            "the camera has too many viewers, or a firewall lets no media through; try with and without --udp"
        case .stalled: "a weak network or an overloaded camera"
        case .closed: "the camera has too many viewers, or started anew"
        case .protocol: "another kind of server at this port, or one that speaks in its own way"
        case .tls: "the camera has no TLS at this port; try the address without the s, as rtsp://"
        }
    }

    private func printTable(_ reading: ProbeReading) {
        var table = Table("WHAT", "VALUE")
        for (name, value) in rows(reading) { table.add(name, value) }
        table.print()
    }

    private func printJSON(_ reading: ProbeReading) throws {
        let object = Dictionary(rows(reading)) { $1 }
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
        print(String(decoding: data, as: UTF8.self))
    }
}
