import Foundation
import Model
import TestSupport
import Testing

@testable import RTSP

@Suite("Cameras of HTTP, and what is only reached", .serialized)
struct WebStreamTests {
    static func answer(_ status: String, _ headers: String = "", _ body: [UInt8] = []) -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\n\(headers)\r\n".utf8) + body
    }

    /// A JPEG without picture.
    static let picture: [UInt8] =
        [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 48, 0, 64, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]

    private static let digest = "WWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\", qop=\"auth\"\r\n"

    @Test("a single picture is fetched again and again, by a login that is asked for, and has no rate")
    func snapshots() async throws {
        let listener = try RawListener()
        let camera = WebCamera(listener) {
            $0.contains("Authorization: Digest username=\"me\"") && $0.contains("uri=\"/snap.jpg?ch=1\"")
                ? Self.answer("200 OK", "Content-Type: image/jpeg\r\n", Self.picture)
                : Self.answer("401 Unauthorized", Self.digest + "Content-Length: 0\r\n")
        }
        defer { camera.stop() }
        var timing = Support.quick
        timing.snapshotEvery = .milliseconds(200)
        let url = "http://me:s3cret@127.0.0.1:\(listener.port)/snap.jpg?ch=1"
        try await Support.probing([ProbeTarget(id: "cam", url: url)], timing: timing) { probe in
            let reading = try await probe.reading("three pictures") { $0.framesTotal >= 3 }
            #expect(reading.connected && reading.kind == .snapshot && reading.fps == 0 && reading.failures.isEmpty)
            #expect(reading.width == 64 && reading.height == 48 && reading.codec == "jpeg" && reading.lastFrame != nil)
        }
        #expect(!camera.requests.contains { $0.contains("s3cret") })
    }

    @Test("a wrong password is sent once, and then all cameras of that login pause")
    func wrongPassword() async throws {
        let listener = try RawListener()
        let camera = WebCamera(listener) { _ in Self.answer("401 Unauthorized", Self.digest) }
        defer { camera.stop() }
        var timing = Support.quick
        timing.refusedLoginFirst = .seconds(600)
        let targets = (1...4).map {
            ProbeTarget(id: "\($0)", url: "http://me:wr0ng@127.0.0.1:\(listener.port)/\($0).mjpg")
        }
        try await Support.probing(targets, timing: timing) { probe in
            for target in targets {
                let reading = try await probe.reading(of: target.id, "is refused") { $0.failure != nil }
                #expect(reading.failure == .unauthorized && !reading.detail.contains("wr0ng"))
            }
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(camera.requests.count { $0.contains("Authorization:") } == 1, "\(camera.requests)")
    }

    @Test("a redirect is followed, with the login only to the same host and port, and not without end")
    func redirects() async throws {
        let (first, second) = (try RawListener(), try RawListener())
        let other = WebCamera(second) { _ in Self.answer("200 OK", "", Self.picture) }
        let place = "http://127.0.0.1:\(second.port)/b.jpg"
        let camera = WebCamera(first) { request in
            if request.contains("GET /loop") { return Self.answer("302 Found", "Location: /loop\r\n") }
            if request.contains("GET /x/here") { return Self.answer("302 Found", "Location: there\r\n") }
            if request.contains("GET /x/there"), request.contains("Authorization: Basic") {
                return Self.answer("200 OK", "", Self.picture)
            }
            if request.contains("GET /away") { return Self.answer("301 Moved", "Location: \(place)\r\n") }
            if request.contains("GET /rtsp") { return Self.answer("301 Moved", "Location: rtsp://127.0.0.1/a\r\n") }
            return Self.answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n")
        }
        defer {
            camera.stop()
            other.stop()
        }
        let targets = ["loop", "x/here", "away", "rtsp"].map {
            ProbeTarget(id: $0, url: "http://me:s3cret@127.0.0.1:\(first.port)/\($0)")
        }
        try await Support.probing(targets) { probe in
            let loop = try await probe.reading(of: "loop", "ends") { $0.failure != nil }
            #expect(loop.failure == .protocol && loop.detail.contains("on and on"))
            let here = try await probe.reading(of: "x/here", "has a picture") { $0.framesTotal > 0 }
            #expect(here.connected && here.failures.isEmpty)
            let away = try await probe.reading(of: "away", "has a picture") { $0.framesTotal > 0 }
            #expect(away.connected && away.leadsTo == place)
            let rtsp = try await probe.reading(of: "rtsp", "is refused") { $0.failure != nil }
            #expect(rtsp.failure == .protocol && rtsp.detail.contains("none of HTTP"))
        }
        #expect(!other.requests.isEmpty && !other.requests.contains { $0.contains("Authorization") })
    }

    @Test("what has no stream is reached by a connection or an answer")
    func reached() async throws {
        let listener = try RawListener()
        let camera = WebCamera(listener) {
            $0.contains("GET /missing") ? Self.answer("404 Not Found") : Self.answer("401 Unauthorized", Self.digest)
        }
        defer { camera.stop() }
        let place = "127.0.0.1:\(listener.port)"
        let free = try FreePort.find()
        let cases: [(url: String, failure: CameraFailure?)] = [
            ("tcp://\(place)", nil), ("http://\(place)/", nil), ("http://\(place)/missing", .notFound),
            ("http://me:wr0ng@\(place)/", .unauthorized), ("tcp://127.0.0.1:\(free)", .refused),
        ]
        let targets = cases.enumerated().map { ProbeTarget(id: "\($0)", url: $1.url, mode: .reach) }
        try await Support.probing(targets) { probe in
            for (index, each) in cases.enumerated() {
                let reading = try await probe.reading(of: "\(index)", "is judged") { $0.connected || $0.failure != nil }
                #expect(reading.failure == each.failure && reading.kind == .reachability, "\(each.url): \(reading)")
            }
        }
    }

    @Test("a server that says nothing is mute, and tcp:// has no stream to play")
    func mute() async throws {
        let listener = try RawListener()
        let targets = [
            ProbeTarget(id: "cam", url: "http://127.0.0.1:\(listener.port)/a.mjpg"),
            ProbeTarget(id: "rtmp", url: "rtmp://127.0.0.1:\(listener.port)/a/b"),
            ProbeTarget(id: "tcp", url: "tcp://127.0.0.1:\(listener.port)"),
        ]
        try await Support.probing(targets) { probe in
            for (id, failure) in [("cam", CameraFailure.mute), ("rtmp", .mute), ("tcp", .protocol)] {
                let reading = try await probe.reading(of: id, "fails") { $0.failure != nil }
                #expect(reading.failure == failure, "\(reading)")
            }
        }
    }

    @Test(
        "addresses of all kinds are read, with their usual ports",
        arguments: [
            ("http://h/a?b", "h:80", "/a?b", false), ("https://me:p@h:8443", "h:8443", "/", true),
            ("rtmp://h/live/x", "h:1935", "/live/x", false), ("rtmps://h/live/x", "h:443", "/live/x", true),
            ("tcp://[::1]:8080", "[::1]:8080", "/", false), ("rtsp://h/a", "h:554", "/a", false),
        ])
    func addresses(_ text: String, place: String, path: String, isTLS: Bool) throws {
        let address = try #require(StreamAddress(text))
        #expect(address.place == place && address.path == path && address.isTLS == isTLS)
        #expect(!address.requestURL.contains("@"))
    }

    @Test("a login never goes along from https to http")
    func downgrade() throws {
        let from = try #require(StreamAddress("https://me:p@h:443/a"))
        #expect(from.leading(to: "https://h/b")?.user == "me")
        #expect(from.leading(to: "http://h:443/b")?.user == nil)
        #expect(from.leading(to: "rtsp://h:443/b") == nil && from.leading(to: "") == nil)
        #expect(from.leading(to: "//other/b")?.place == "other:443")
    }
}
