import ConfigText
import Foundation
import Model
import Site
import TestSupport
import Testing

@testable import Collectors
@testable import Server

@Suite("Cameras as the configuration has them, with secrets read")
struct SiteCamerasTests {
    private static func camera(streamFile: String) -> WatchpostConfig {
        var camera = CameraConfig(id: "front", position: SourcePosition(file: "watchpost.yml", line: 1, column: 1))
        camera.url = .inline("rtsp://admin:pass/word@10.0.0.5/main")
        camera.restreams = [.inline("rtsp://admin:pass/word@127.0.0.1:8554/front")]
        var stream = CameraStreamConfig(name: "sub")
        stream.url = .file(streamFile)
        stream.watch = [.describe]
        stream.fps = 5...5
        stream.transport = .udp
        camera.streams = [stream]
        var config = WatchpostConfig()
        config.cameras = [camera]
        return config
    }

    @Test("have their streams, and the addresses of gateways as programs read them")
    func streams() throws {
        let folder = try TemporaryDirectory()
        try folder.write("sub.url", "rtsp://admin:pw@10.0.0.5/sub\n")
        let site = SiteCameras(Self.camera(streamFile: folder.path + "/sub.url"))
        let camera = try #require(site.cameras.first)
        let stream = try #require(camera.streams.first)
        #expect(site.notes.isEmpty)
        #expect(camera.restreams == ["rtsp://admin:pass%2Fword@127.0.0.1:8554/front"])
        #expect(stream.id == "front/sub" && stream.url == "rtsp://admin:pw@10.0.0.5/sub")
        #expect(stream.watch == [.describe] && stream.fps == 5...5 && stream.usesUDP)
    }

    @Test(
        "tell of a stream whose address cannot be read, and are watched nevertheless",
        arguments: [nil, "", "rtsp://a:p@b/c@d/e"])
    func unreadable(text: String?) throws {
        let folder = try TemporaryDirectory()
        if let text { try folder.write("sub.url", text) }
        let site = SiteCameras(Self.camera(streamFile: folder.path + "/sub.url"))
        let camera = try #require(site.cameras.first)
        #expect(site.notes.count == 1 && site.notes[0].contains("front/sub"), "\(site.notes)")
        #expect(camera.url != nil && !camera.isURLUnreadable)
        #expect(camera.streams.first?.isURLUnreadable == true && camera.streams.first?.url == nil)
    }
}
