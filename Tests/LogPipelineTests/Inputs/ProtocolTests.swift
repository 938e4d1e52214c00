import Base
import Grok
import LogDocuments
import Testing

@testable import LogPipeline

@Suite("Messages of syslog, GELF and HTTP")
struct ProtocolTests {
    private static var moment: Moment { Moment(time: 1_795_858_200_000, scratch: MatchScratch()) }
    private static let peer = Peer(host: "10.0.0.7", port: 4_711)

    private static func input(_ kind: PipelineInput.Kind, schema: Bool) -> PipelineInput {
        PipelineInput(id: "i", kind, [], codec: InputCodec(.plain, keepsOriginal: schema), usesSchema: schema)
    }

    // MARK: Syslog

    private static let lines: [(text: String, parts: String)] = [
        (
            "<34>Oct 11 22:14:15 mymachine su[17]: 'su root' failed",
            "34|Oct 11 22:14:15|mymachine|su|17|'su root' failed"
        ),
        ("<0>Feb  5 17:32:18 10.0.0.99 kernel: oops", "0|Feb  5 17:32:18|10.0.0.99|kernel|-|oops"),
        ("<165>2026-11-28T09:30:00.003+07:00 h app: text", "165|2026-11-28T09:30:00.003+07:00|h|app|-|text"),
        ("<13>Oct 1 01:02:03 <3.6> h p: m", "13|Oct 1 01:02:03|h|p|-|m"),
        ("<13>Oct 1 01:02:03 h no program", "13|Oct 1 01:02:03|h|-|-|no program"),
        ("<13>Oct 1 01:02:03 h: m", "13|Oct 1 01:02:03|h|-|-|m"),
    ]

    @Test("a line of syslog is taken apart", arguments: lines)
    func line(text: String, parts: String) throws {
        let line = try #require(SyslogLine(text))
        let found = [
            String(line.priority), line.time, line.source, line.program ?? "-", line.pid ?? "-", line.message,
        ]
        #expect(found.joined(separator: "|") == parts)
    }

    @Test(
        "another text is no line of syslog",
        arguments: [
            "", "x", "<192>Oct 1 01:02:03 h m", "<a>Oct 1 01:02:03 h m", "<13>", "<13>Oct", "<13>Oct 1 01:02:03",
            "<13>1 2026-11-28T09:30:00Z h a - - m", "<13>Oct 1 01:02:03 h", "13>Oct 1 01:02:03 h m",
        ])
    func noLine(text: String) { #expect(SyslogLine(text) == nil) }

    @Test("an event of syslog has the names of the schema, or those of before")
    func syslogFields() {
        func event(_ text: String, schema: Bool) -> PipelineEvent {
            let input = Self.input(.syslog(SyslogInput()), schema: schema)
            var event = input.codec.event(message: text, now: Self.moment.time)
            var settings = SyslogInput()
            settings.timeZone = "UTC"
            SyslogReader(input, settings).complete(&event, Self.peer)
            return event
        }
        let text = "<132>Nov 27 23:59:59 sw1 link[7]: down"
        let schema = event(text, schema: true)
        #expect(schema.timestamp == 1_795_823_999_000)
        #expect(
            schema.own.json
                == #"{"message":"down","@version":"1","event":{"original":"\#(text)"},"host":{"ip":"10.0.0.7","hostname":"sw1"},"#
                + #""process":{"name":"link","pid":7},"service":{"type":"system"},"timestamp":"Nov 27 23:59:59","#
                + #""log":{"syslog":{"priority":132,"severity":{"code":4,"name":"Warning"},"facility":{"code":16,"name":"local0"}}}}"#
        )
        let legacy = event(text, schema: false)
        #expect(
            legacy.own.json
                == #"{"message":"down","@version":"1","host":"10.0.0.7","logsource":"sw1","program":"link","pid":"7","#
                + #""timestamp":"Nov 27 23:59:59","priority":132,"severity":4,"facility":16,"severity_label":"Warning","#
                + #""facility_label":"local0"}"#)
        let other = event("no syslog", schema: false)
        #expect(other[FieldReference("priority")] == .integer(13))
        #expect(other[FieldReference("tags")] == .array([.string("_grokparsefailure_sysloginput")]))
    }

    // MARK: GELF

    private static func chunk(_ number: UInt8, of count: UInt8, _ bytes: [UInt8], id: UInt8 = 1) -> [UInt8] {
        [0x1e, 0x0f] + Array(repeating: id, count: 8) + [number, count] + bytes
    }

    @Test("a message of GELF is put together of its pieces, in any order, and unpacked")
    func chunks() {
        var assembler = GELFAssembler()
        func add(_ bytes: [UInt8], at time: Int64 = 0) -> [UInt8]? {
            bytes.withUnsafeBufferPointer { assembler.add($0, from: "h:1", now: time) }
        }
        #expect(add(Array("{}".utf8)) == Array("{}".utf8))
        #expect(add(Frames.zlib(Array("{}".utf8))) == Array("{}".utf8))
        let packed = Frames.zlib(Array(#"{"a":1}"#.utf8))
        #expect(add(Self.chunk(1, of: 2, Array(packed.dropFirst(5)))) == nil)
        #expect(add(Self.chunk(1, of: 2, [9])) == nil)
        #expect(add(Self.chunk(0, of: 2, Array(packed.prefix(5)))) == Array(#"{"a":1}"#.utf8))
        // Another count, a place beyond it, none at all, and pieces that came too late.
        #expect(add(Self.chunk(0, of: 2, [1], id: 2)) == nil)
        #expect(add(Self.chunk(1, of: 3, [1], id: 2)) == [])
        #expect(add(Self.chunk(3, of: 2, [1])) == [])
        #expect(add([0x1e, 0x0f, 1]) == [])
        #expect(add(Self.chunk(0, of: 129, [1])) == [])
        #expect(add(Self.chunk(0, of: 2, [1], id: 3)) == nil)
        #expect(add(Self.chunk(1, of: 2, [1], id: 3), at: 6_000) == nil)
    }

    @Test("so many messages of GELF wait for their pieces, and no more")
    func chunkBounds() {
        var assembler = GELFAssembler()
        var refused = 0
        for number in 0..<3_000 {
            let id = [UInt8(number & 0xff), UInt8(number >> 8)] + Array(repeating: 0 as UInt8, count: 6)
            ([0x1e, 0x0f] + id + [0, 2] + Array(repeating: 1, count: 100)).withUnsafeBufferPointer {
                if assembler.add($0, from: "h:1", now: 0) == [] { refused += 1 }
            }
        }
        #expect(refused == 2_000)
    }

    @Test("an event of GELF has its text as message, its time, and names without underscores")
    func gelf() throws {
        var event = PipelineEvent(
            try #require(
                try DocumentReader.value(
                    #"{"version":"1.1","host":"h","short_message":"s","full_message":"s","timestamp":1700000000.5,"_user":"u"}"#
                ).object), now: 0)
        GELFReader(Self.input(.gelf(GELFInput()), schema: true), GELFInput()).complete(&event, Self.peer)
        #expect(event.timestamp == 1_700_000_000_500)
        #expect(
            event.own.json
                == #"{"version":"1.1","host":"h","source_host":"10.0.0.7","message":"s","user":"u"}"#)
    }

    @Test(
        "a time of GELF far beyond all dates is a field",
        arguments: ["-9223372036854775808", "1099511627776", "-1e300"])
    func oddTimes(time: String) throws {
        var event = PipelineEvent(
            try #require(try DocumentReader.value("{\"short_message\":\"s\",\"timestamp\":\(time)}").object), now: 7)
        GELFReader(Self.input(.gelf(GELFInput()), schema: true), GELFInput()).complete(&event, Self.peer)
        #expect(event.timestamp == 7 && event.own["timestamp"] != nil)
    }

    // MARK: HTTP

    private static func request(_ text: String, piece: Int, limit: Int = 100) throws -> [HTTPRequestReader.Step] {
        var reader = HTTPRequestReader(bodyBytesMax: limit)
        var steps: [HTTPRequestReader.Step] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            Array(rest.prefix(piece)).withUnsafeBufferPointer { reader.add($0) }
            rest = rest.dropFirst(piece)
            while case let step = try reader.next(), step != .needsBytes { steps.append(step) }
        }
        return steps
    }

    @Test("requests are read however they come", arguments: [1, 5, 1_000])
    func requests(piece: Int) throws {
        let text =
            "POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcPUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\nPOST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz"
        let steps = try Self.request(text, piece: piece)
        let bodies = steps.map { step -> String in
            switch step {
            case .request(let request):
                request.method + " " + request.path + " " + String(decoding: request.body, as: UTF8.self)
            case .expectsWord: "word"
            case .needsBytes: ""
            }
        }
        #expect(bodies == ["POST /a?b abc", "PUT / abcde", "word", "POST / z"])
    }

    @Test(
        "what is no request is refused with a status",
        arguments: [
            ("hello\r\n\r\n", 400), ("GET / HTTP/2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", 413),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "1", count: 2_000), 400),
            (String(repeating: "x", count: 20_000), 431),
            ("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 200) + "\r\n", 431),
            ("GET / HTTP/1.1\r\n: b\r\n\r\n", 400),
        ])
    func badRequests(text: String, status: Int) {
        let failure = #expect(throws: HTTPRequestReader.Failure.self) { try Self.request(text, piece: 1_000) }
        #expect(failure?.status == status)
    }

    private static func answer(_ conversation: HTTPConversation, _ text: String) -> (
        step: ConversationStep, text: String
    ) {
        var step = ConversationStep()
        Array(text.utf8).withUnsafeBufferPointer { conversation.add($0, from: peer) }
        conversation.advance(&step, moment, room: 1 << 20)
        return (step, String(decoding: step.replies, as: UTF8.self))
    }

    @Test("a request is answered when its events are stored, the next one is read then, and a wrong password has none")
    func conversation() {
        var settings = HTTPInput(usesSchema: true)
        settings.codecs = ["application/json": InputCodec(.json, keepsOriginal: false)]
        (settings.user, settings.password) = ("u", "p")
        let conversation = HTTPConversation(Self.input(.http(settings), schema: true), settings)
        func post(_ login: String, _ body: String) -> String {
            "POST /in HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: x\r\nAuthorization: Basic \(login)\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let wrong = Self.answer(conversation, post("x", "{}"))
        #expect(wrong.text.hasPrefix("HTTP/1.1 401 ") && wrong.step.events.isEmpty && !conversation.hasEnded)
        let right = Self.answer(conversation, post("dTpw", #"[{"n":1},{"n":2}]"#) + post("dTpw", #"{"n":3}"#))
        #expect(right.text.isEmpty && right.step.events.count == 2 && !conversation.wantsBytes)
        #expect(
            right.step.events.first?.own.json
                == #"{"n":1,"@version":"1","http":{"version":"HTTP/1.1","method":"POST","request":{"body":{"bytes":"17"},"#
                + #""mime_type":"application/json; charset=utf-8"}},"url":{"path":"/in","domain":"h","port":8080},"#
                + #""user_agent":{"original":"x"},"host":{"ip":"10.0.0.7"}}"#)
        let headers = right.step.events.first?.metadata.json ?? ""
        #expect(headers.contains(#""http_host":"h:8080""#) && !headers.contains("dTpw"))
        let stored = String(decoding: conversation.stored(right.step.mark), as: UTF8.self)
        #expect(stored.hasPrefix("HTTP/1.1 200 OK\r\n") && stored.hasSuffix("\r\n\r\nok"))
        #expect(Self.answer(conversation, "").step.events.count == 1)
    }

    @Test("a body of too many events is refused, and costs no more than its bytes")
    func manyEvents() {
        var settings = HTTPInput(usesSchema: true)
        settings.codecs = ["text/plain": InputCodec(.line, keepsOriginal: false)]
        let conversation = HTTPConversation(Self.input(.http(settings), schema: true), settings)
        let body = String(repeating: "x\n", count: 100_001)
        let head = "POST / HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let (step, text) = Self.answer(conversation, head + body)
        #expect(step.events.isEmpty && text.hasPrefix("HTTP/1.1 413 "))
    }
}
