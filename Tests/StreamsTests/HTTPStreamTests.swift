import Model
import Testing

@testable import Streams

@Suite("A stream over HTTP")
struct HTTPStreamTests {
    /// A part: with what before it, and with or without its length.
    private static func parts(_ delimiter: String, counted: Bool, lineEnd: String = "\r\n", count: Int = 4) -> [UInt8] {
        (0..<count).reduce(into: []) { body, index in
            let picture = Samples.jpeg(64 + 8 * (index / 2), 48, padding: 100 + index)
            let length = counted ? "Content-length: \(picture.count)\(lineEnd)" : ""
            body += Array("\(delimiter)\(lineEnd)Content-Type: image/jpeg\(lineEnd)\(length)\(lineEnd)".utf8)
            body += picture + Array(lineEnd.utf8)
        }
    }

    private static let forms: [(name: String, type: String, body: [UInt8])] = [
        ("as the standard has it", "multipart/x-mixed-replace; boundary=frame", parts("--frame", counted: true)),
        (
            "without lengths", "multipart/x-mixed-replace;boundary=frame",
            parts("--frame", counted: false) + Array("--frame".utf8)
        ),
        ("dashes in the name", "multipart/x-mixed-replace; boundary=--frame", parts("--frame", counted: true)),
        (
            "dashes twice", "multipart/x-mixed-replace; boundary=--frame",
            parts("----frame", counted: false) + Array("----frame".utf8)
        ),
        ("a quoted name", "multipart/x-mixed-replace; boundary=\"frame\"", parts("--frame", counted: true)),
        ("no name", "multipart/x-mixed-replace", parts("--whatever", counted: true)),
        ("bare line ends", "multipart/x-mixed-replace; boundary=f", parts("--f", counted: true, lineEnd: "\n")),
        (
            "a preamble", "multipart/mixed; boundary=frame",
            Array("\r\nhello\r\n".utf8) + parts("--frame", counted: true)
        ),
        ("no word of parts", "application/octet-stream", parts("--frame", counted: true)),
        (
            "a length that is too small", "multipart/x-mixed-replace; boundary=frame",
            Array("--frame\r\nContent-Length: 20\r\n\r\n".utf8) + Samples.jpeg() + Array("\r\n".utf8)
                + parts("--frame", counted: true)
        ),
    ]

    @Test("pictures are counted however they are divided and however they come", arguments: forms.indices)
    func pictures(_ index: Int) {
        let form = Self.forms[index]
        for isChunked in [false, true] {
            let coding = isChunked ? ["Transfer-Encoding: chunked"] : []
            let body = isChunked ? Samples.chunked(form.body, size: 97) : form.body
            let answer = Samples.answer("200 OK", ["Content-Type: \(form.type)"] + coding, body)
            for pieces in [1, 13, 100_000] {
                let events = StreamTranscript.read(answer, as: .http, pieces: pieces)
                #expect(events.frames.count(where: \.isWhole) == 4, "\(form.name) in pieces of \(pieces): \(events)")
                #expect(events.contains(.plays(.mjpeg)) && events.contains(.accepted))
                #expect(events.formats.last == StreamFormat(codec: "jpeg", width: 72, height: 48), "\(form.name)")
            }
        }
    }

    @Test("a picture that was cut off is not whole")
    func cutPicture() {
        let cut = Array(Samples.jpeg().dropLast(2))
        let body =
            Array("--f\r\nContent-Length: \(cut.count)\r\n\r\n".utf8) + cut + Self.parts("\r\n--f", counted: true)
        let type = "Content-Type: multipart/x-mixed-replace; boundary=f"
        let events = StreamTranscript.read(Samples.answer("200 OK", [type], body), as: .http, pieces: 50)
        #expect(events.frames.map(\.isWhole) == [false, true, true, true, true])
    }

    @Test("the answer's beginning says what comes")
    func answers() {
        let picture = Samples.jpeg()
        let cases: [(bytes: [UInt8], last: StreamEvent)] = [
            (
                Samples.answer("200 OK", ["Content-Type: image/jpeg", "Content-Length: \(picture.count)"], picture),
                .complete
            ),
            (Samples.answer("200 OK", [], picture), .complete),
            (
                Samples.answer("200 OK", ["Content-Length: \(picture.count)"], Array(picture.dropLast(9))),
                .failed(.closed, "ended the connection in the middle of a picture")
            ),
            (Samples.answer("100 Continue") + Samples.answer("200 OK", [], picture), .complete),
            (Samples.answer("302 Found", ["Location: /other"]), .leads(to: "/other")),
            (
                Samples.answer(
                    "401 Unauthorized", ["WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: Digest"]),
                .challenged(["Basic realm=\"x\"", "Digest"])
            ),
            (Samples.answer("404 Not Found"), .failed(.notFound, "has no stream under this path")),
            (Samples.answer("500 Oops"), .failed(.protocol, "answers with status 500")),
            (Samples.answer("200 OK", ["Content-Length: 0"]), .failed(.protocol, "answers with nothing")),
            (
                Samples.answer("200 OK", ["Content-Encoding: gzip"], [1]),
                .failed(.protocol, "sends a body in the coding gzip")
            ),
            (
                Samples.answer("200 OK", ["Content-Type: text/html; charset=x"], Array("<html>".utf8)),
                .failed(.protocol, "sends a body of type text/html that is no MJPEG, FLV or JPEG")
            ),
            (Array("SSH-2.0-OpenSSH\r\n".utf8), .failed(.protocol, "sends bytes that are not HTTP")),
            (Array("HTTP/1.1 200".utf8), .failed(.closed, "ended the connection")),
        ]
        for (bytes, last) in cases {
            for pieces in [1, 10_000] {
                #expect(StreamTranscript.read(bytes, as: .http, pieces: pieces).last == last)
            }
        }
        let playlist = Samples.answer(
            "200 OK", ["Content-Type: application/vnd.apple.mpegurl"], Array("#EXTM3U\n".utf8))
        #expect(StreamTranscript.read(playlist, as: .http, pieces: 9).failure?.contains("HLS playlist") == true)
        let busy = StreamTranscript.read(Samples.answer("503 Busy"), as: .http, pieces: 9)
        #expect(busy.failure?.hasPrefix("busy") == true)
    }

    @Test("one who asks for a login is reached by who has none, and not by who has one")
    func reachability() {
        for (status, hasLogin, isReached) in [
            ("200 OK", false, true), ("302 Found", false, true), ("401 No", false, true), ("403 No", false, true),
            ("401 No", true, false), ("403 No", true, false), ("404 No", false, false), ("500 No", false, false),
        ] {
            var stream = HTTPStream(host: "h", path: "/", hasLogin: hasLogin, purpose: .reachability)
            var events: [StreamEvent] = []
            _ = Samples.answer(status).withUnsafeBytes { stream.read($0, into: &events) }
            #expect((events == [.accepted, .plays(.reachability)]) == isReached, "\(status)")
        }
    }

    /// What comes again and again behind a beginning.
    private static let hostile: [(name: String, begin: [UInt8], again: [UInt8])] = [
        ("a header without end", Array("HTTP/1.1 200 OK\r\n".utf8), Array("X-A: b\r\n".utf8)),
        ("a header's line without end", Array("HTTP/1.1 200 OK\r\nX: ".utf8), [0x61]),
        ("a picture without end", Samples.answer("200 OK", [], Array(Samples.jpeg().dropLast(2))), [0x2d]),
        (
            "a part without end",
            Samples.answer("200 OK", ["Content-Type: multipart/x; boundary=f"], Array("--f\r\n\r\n".utf8)),
            [0xff]
        ),
        (
            "a part's header without end",
            Samples.answer("200 OK", ["Content-Type: multipart/x"], Array("--f\r\n".utf8)), Array("a: b\r\n".utf8)
        ),
        ("no delimiter", Samples.answer("200 OK", ["Content-Type: multipart/x; boundary=f"]), Array("ab\r\n".utf8)),
        ("a line without end", Samples.answer("200 OK", ["Content-Type: multipart/x; boundary=f"]), [0x61]),
        (
            "a length of a gigabyte",
            Samples.answer(
                "200 OK", ["Content-Type: multipart/x"], Array("--f\r\nContent-Length: 1073741824\r\n".utf8)), [0]
        ),
        ("a chunk's size without end", Samples.answer("200 OK", ["Transfer-Encoding: chunked"]), [0x30]),
        (
            "a chunk of four gigabytes of picture",
            Samples.answer(
                "200 OK", ["Transfer-Encoding: chunked"], Array("ffffffff\r\n".utf8) + Samples.jpeg().dropLast(2)),
            [0x2d]
        ),
        (
            "a chunk of 2^40 bytes",
            Samples.answer("200 OK", ["Transfer-Encoding: chunked"], Array("10000000000\r\n".utf8)), [0]
        ),
    ]

    @Test("what never ends is ended by us, and little of it is kept", arguments: hostile.indices)
    func endless(_ index: Int) {
        let each = Self.hostile[index]
        var stream = HTTPStream(host: "h", path: "/")
        var events: [StreamEvent] = []
        let piece = [UInt8](repeatElement(each.again, count: 262_144 / each.again.count).joined())
        var pending = each.begin
        for _ in 0..<300 where events.failure == nil {
            pending += piece
            let used = pending.withUnsafeBytes { stream.read($0, into: &events) }
            pending.removeFirst(used)
            #expect(pending.count <= StreamLimits.rest || events.failure != nil)
        }
        #expect(events.failure?.hasPrefix("protocol: ") == true, "\(each.name)")
    }
}
