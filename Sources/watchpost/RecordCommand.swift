import ArgumentParser
import Foundation
import Recorders

/// Owns one camera's ffmpeg. Not asynchronous: its signals are taken before any other thread is there.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Runs one camera's ffmpeg, starts it again when it ends, and tells the server.",
        discussion: """
            {url} after -i is handed to ffmpeg over standard input and stands in no argument; {path} is --path.
            A server with the same --data finds it within seconds, shows it, and never ends it; SIGTERM and Ctrl-C do.
            Example: watchpost record --camera gate --url-file gate.url --path /var/lib/vms/gate -- \\
              ffmpeg -rtsp_transport tcp -timeout 5000000 -i {url} -c copy -f segment -segment_time 60 {path}/%d.mkv
            """)

    @Option(help: "The camera's id.")
    var camera: String

    @Option(help: "The data directory of the server that is to find it.")
    var data = "watchpost-data"

    @Option(help: "The socket at which the server finds it (default: the camera's below --data).")
    var socket: String?

    @Option(help: "A file whose first line is the camera's URL.")
    var urlFile: String?

    @Flag(help: .hidden)
    var urlOnStdin = false

    @Option(help: "The folder of the recordings.")
    var path = ""

    @Argument(parsing: .postTerminator, help: "The ffmpeg command.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("the ffmpeg command is missing; write it after --") }
    }

    func run() throws {
        let template = FFmpegCommand(template: command, url: try readURL(), path: path)
        var options = RecordProcess.Options(
            camera: camera, socket: socket ?? RecorderSocket.path(camera: camera, data: data),
            command: template)
        if !path.isEmpty { options.folder = URL(filePath: path).path(percentEncoded: false) }
        // The server that starts it says behind the URL what it is to be known by; started by hand, it has none.
        if urlOnStdin { options.fingerprint = readLine() ?? "" }
        do {
            try RecordProcess(options).runUntilEnd()
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func readURL() throws -> String {
        if urlOnStdin { return readLine() ?? "" }
        guard let urlFile else { return "" }
        do {
            let text = try String(contentsOfFile: urlFile, encoding: .utf8)
            return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        } catch {
            throw CommandFailure("cannot read \(urlFile): \((error as NSError).localizedDescription)")
        }
    }
}
