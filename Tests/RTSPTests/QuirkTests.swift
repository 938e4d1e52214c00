import CameraSimulator
import Foundation
import Model
import RTSP
import TestSupport
import Testing

@Suite("Cameras with habits of their own", .serialized, .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct QuirkTests {
    private typealias Habit = QuirkyCamera.Habit

    private static let challenge = "WWW-Authenticate: Digest realm=\"cam\", nonce=\"N\", qop=\"auth\"\r\n"

    private static func number(of request: String) -> String {
        let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("cseq:") } ?? ""
        return String(line.dropFirst(5).drop { $0 == " " })
    }

    private static func refusal(_ request: String, _ headers: String, status: String = "401 Unauthorized") -> String {
        "RTSP/1.0 \(status)\r\nCSeq: \(number(of: request))\r\n\(headers)\r\n"
    }

    /// The head without the lines that begin with `name`.
    private static func without(_ name: String, _ head: String) -> String {
        head.split(separator: "\r\n", omittingEmptySubsequences: false).filter {
            !$0.lowercased().hasPrefix(name.lowercased())
        }.joined(separator: "\r\n")
    }

    private static func adding(_ line: String, _ head: String) -> String {
        // CR and LF are one character.
        head.dropLast() + line + "\r\n\r\n"
    }

    /// Says no to requests without a login, as `headers` have it.
    private static func asking(_ headers: String) -> @Sendable (String, Int) -> String? {
        { request, _ in
            if request.hasPrefix("OPTIONS") || request.contains("\r\nAuthorization: ") { return nil }
            return refusal(request, headers)
        }
    }

    private static let habits: [Habit] = [
        Habit(name: "none"),
        Habit(name: "lines end with a line feed alone", head: { head, _ in head.replacing("\r\n", with: "\n") }),
        Habit(
            name: "names of headers in small letters",
            head: { head, _ in
                head.replacing("CSeq", with: "cseq").replacing("Session", with: "session").replacing(
                    "Content-Base", with: "content-base"
                ).replacing("Transport", with: "transport")
            }),
        Habit(name: "no word behind the status", head: { head, _ in head.replacing("200 OK", with: "200") }),
        Habit(name: "empty lines before an answer", before: { _ in Array("\r\n\r\n".utf8) }),
        Habit(
            name: "the same CSeq in every answer",
            head: { head, _ in adding("CSeq: 1", without("cseq", head)) }),
        Habit(name: "no CSeq", head: { head, _ in without("cseq", head) }),
        Habit(name: "another CSeq", head: { head, _ in adding("CSeq: 4711", without("cseq", head)) }),
        Habit(name: "zeros after each packet", packet: { bytes, _ in bytes + [0, 0, 0] }),
        Habit(name: "a line of text after each packet", packet: { bytes, _ in bytes + Array("keep going\r\n".utf8) }),
        Habit(
            name: "noise with dollars in it now and then",
            packet: { bytes, count in count % 5 == 0 ? bytes + [0x24, 0x31, 0x24, 0, 0x7f, 0x24, 0xff, 3] : bytes }),
        Habit(
            name: "packets of another channel that are no media",
            packet: { bytes, count in count % 3 == 0 ? bytes + [0x24, 9, 0, 5, 1, 2, 3, 4, 5] : bytes }),
        Habit(name: "empty packets", packet: { bytes, count in count % 3 == 0 ? bytes + [0x24, 0, 0, 0] : bytes }),
        Habit(
            name: "media of an old session before the first answer",
            before: { $0 == "DESCRIBE" ? [0x24, 0, 0, 12, 0x80, 0x60, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1] : [] }),
        Habit(
            name: "leads to another path",
            instead: { request, _ in
                guard request.hasPrefix("DESCRIBE"), !request.contains("/cam?moved") else { return nil }
                return refusal(request, "Location: /cam?moved\r\n", status: "302 Moved Temporarily")
            }),
        Habit(name: "no base", head: { head, _ in without("content-base", head) }),
        Habit(
            name: "a base of no host",
            head: { head, method in
                method == "DESCRIBE" ? adding("Content-Base: rtsp://0.0.0.0/cam/", without("content-base", head)) : head
            }),
        Habit(
            name: "a base without a slash at its end",
            head: { head, _ in
                head.replacing("/\r\nContent-Type", with: "\r\nContent-Type")
            }),
        Habit(name: "no timeout of the session", head: { head, _ in head.replacing(";timeout=60", with: "") }),
        Habit(
            name: "words behind the session",
            head: { head, _ in head.replacing(";timeout=60", with: " ; timeout = 60 ; mode=x") }),
        Habit(
            name: "channels are not named",
            head: { head, _ in head.replacing(";interleaved=0-1", with: "") }),
        Habit(
            name: "other channels than those that were asked for",
            head: { head, _ in head.replacing("interleaved=0-1", with: "interleaved=6-7") },
            packet: { bytes, _ in [bytes[0], bytes[1] + 6] + bytes.dropFirst(2) }),
        Habit(
            name: "a body behind the answer to PLAY",
            head: { head, method in method == "PLAY" ? adding("Content-Length: 4", head) + "body" : head }),
        Habit(name: "a description with line feeds alone", description: { $0.replacing("\r\n", with: "\n") }),
        Habit(
            name: "sound before the picture",
            description: {
                $0.replacing("m=video", with: "m=audio 0 RTP/AVP 0\r\na=control:trackID=9\r\nm=video")
            }),
        Habit(
            name: "metadata before the picture",
            description: {
                $0.replacing(
                    "m=video",
                    with:
                        "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:meta\r\nm=video"
                )
            }),
        Habit(name: "the codec in small letters", description: { $0.replacing("H264", with: "h264") }),
        Habit(
            name: "asks something itself",
            packet: { bytes, count in
                count % 20 == 0 ? bytes + Array("OPTIONS * RTSP/1.0\r\nCSeq: \(count)\r\n\r\n".utf8) : bytes
            }),
        Habit(
            name: "says first that it goes on",
            before: { $0 == "DESCRIBE" ? Array("RTSP/1.0 100 Continue\r\n\r\n".utf8) : [] }),
        Habit(name: "Digest and Basic", instead: asking("WWW-Authenticate: Basic realm=\"cam\"\r\n" + challenge)),
        Habit(
            name: "Digest with SHA-256, and with MD5",
            instead: asking(challenge.replacing("qop", with: "algorithm=SHA-256, qop") + challenge)),
        Habit(name: "Basic in small letters", instead: asking("www-authenticate: basic realm=cam\r\n")),
        Habit(
            name: "a new nonce at SETUP",
            instead: { request, _ in
                if request.hasPrefix("OPTIONS") { return nil }
                if !request.contains("\r\nAuthorization: ") { return refusal(request, challenge) }
                guard request.hasPrefix("SETUP"), !request.contains("nonce=\"M\"") else { return nil }
                return refusal(request, challenge.replacing("\"N\"", with: "\"M\", stale=true"))
            }),
        Habit(name: "seven bytes at a time", pieces: 7),
        Habit(
            name: "a session lives by GET_PARAMETER alone",
            head: { head, _ in head.replacing("timeout=60", with: "timeout=2") }, wants: ("GET_PARAMETER", 2.5)),
    ]

    /// Whether ffprobe finds the video.
    private static func ffprobePlays(_ url: String) async throws -> Bool {
        let process = try RunningProcess(
            "timeout",
            [
                "-k", "1", "8", "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries",
                "stream=codec_name", "-of",
                "csv=p=0", url,
            ])
        try await process.end()
        return process.printed.contains("h264")
    }

    @Test("is played, also where ffprobe does not play it", arguments: habits.map(\.name))
    func plays(name: String) async throws {
        let habit = try #require(Self.habits.first { $0.name == name })
        try await Support.simulating([SimulatedCamera(id: "cam")]) { _, port in
            let listener = try RawListener()
            let camera = QuirkyCamera(listener, before: port, habit)
            defer { camera.stop() }
            let login = habit.name.contains("Digest") || habit.name.contains("Basic") || habit.name.contains("nonce")
            let url = "rtsp://\(login ? "me:s3cret@" : "")127.0.0.1:\(listener.port)/cam"
            async let theirs = Self.ffprobePlays(url)
            let reading = try await Self.reading(url, keepsAlive: habit.wants != nil)
            let isPlayed = (reading?.framesTotal ?? 0) > 20
            #expect(isPlayed, "\(habit.name): \(String(describing: reading)) after \(camera.requests)")
            if let reading, isPlayed {
                #expect(
                    abs(reading.fps - 25) < 5 && reading.framesDropped == 0 && reading.failures.isEmpty, "\(reading)")
            }
            print("habit: \(habit.name): played by ffprobe: \(try await theirs)")
        }
    }

    private static func reading(_ url: String, keepsAlive: Bool) async throws -> ProbeReading? {
        var timing = Support.quick
        timing.stalledAfter = .seconds(5)
        timing.noMediaAfter = .seconds(5)
        var found: ProbeReading?
        try await Support.probing([ProbeTarget(id: "cam", url: url)], timing: timing) { probe in
            if keepsAlive { try await Task.sleep(for: .seconds(6)) }
            found = try? await probe.reading("frames", within: .seconds(6)) { $0.framesTotal > 20 && $0.fps > 0 }
            found = found ?? probe.readings()["cam"]
        }
        return found
    }

    @Test("what a camera leads to elsewhere gets no login that was not written for it")
    func redirect() async throws {
        try await Support.simulating([SimulatedCamera(id: "cam")]) { _, port in
            let (first, second) = (try RawListener(), try RawListener())
            let elsewhere = QuirkyCamera(second, before: port, Habit(name: "another host"))
            let place = "rtsp://127.0.0.1:\(second.port)/cam"
            let camera = QuirkyCamera(
                first, before: port,
                Habit(
                    name: "leads elsewhere",
                    instead: { request, _ in
                        if request.hasPrefix("OPTIONS") { return nil }
                        guard request.contains("\r\nAuthorization: ") else {
                            return Self.refusal(request, Self.challenge)
                        }
                        return Self.refusal(request, "Location: \(place)\r\n", status: "301 Moved Permanently")
                    }))
            defer {
                camera.stop()
                elsewhere.stop()
            }
            let url = "rtsp://me:s3cret@127.0.0.1:\(first.port)/cam"
            let reading = try #require(await Self.reading(url, keepsAlive: false))
            #expect(reading.framesTotal > 20 && reading.leadsTo == place, "\(reading)")
            #expect(elsewhere.requests.allSatisfy { !$0.contains("Authorization") })
        }
    }

    static let ends: [(name: String, headers: String, status: String, failure: CameraFailure, words: String)] = [
        ("round in a circle", "Location: /cam\r\n", "302 Found", .protocol, "leads on and on"),
        ("nowhere", "", "302 Found", .protocol, "none of RTSP"),
        ("to the web", "Location: http://127.0.0.1/\r\n", "301 Moved", .protocol, "none of RTSP"),
        ("no bandwidth", "", "453 Not Enough Bandwidth", .busy, "no session"),
        ("too many", "", "503 Service Unavailable", .busy, "no session"),
        (
            "bodies", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"\r\n", "401 Unauthorized",
            .unauthorized, "auth-int"
        ),
    ]

    @Test("what cannot be played is told in its own words", arguments: ends.map(\.name))
    func end(name: String) async throws {
        let each = try #require(Self.ends.first { $0.name == name })
        try await Support.simulating([SimulatedCamera(id: "cam")]) { _, port in
            let listener = try RawListener()
            let camera = QuirkyCamera(
                listener, before: port,
                Habit(
                    name: name,
                    instead: { request, _ in Self.refusal(request, each.headers, status: each.status) }))
            defer { camera.stop() }
            let url = "rtsp://me:s3cret@127.0.0.1:\(listener.port)/cam"
            try await Support.probing([ProbeTarget(id: "cam", url: url)]) { probe in
                let reading = try await probe.reading("an end") { $0.failure != nil }
                #expect(reading.failure == each.failure && reading.detail.contains(each.words), "\(reading)")
                // One that is busy is left alone.
                if each.failure == .busy {
                    try await Task.sleep(for: .seconds(1))
                    #expect(camera.requests.count == 1)
                }
            }
        }
    }
}
