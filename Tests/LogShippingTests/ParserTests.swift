import Foundation
import Model
import Patterns
import TestSupport
import Testing

@testable import LogShipping

/// Lines of a file through the parsers of an input.
@Suite("Parsers of a filestream")
struct ParserTests {
    /// Clock of the tests: 26 November 2026, 06:00 UTC.
    private static let clock: Int64 = 1_795_672_800_000

    /// What an input makes of a file that is read in pieces of so many bytes.
    private static func events(_ bytes: [UInt8], _ options: String, piece: Int = .max) throws -> [LogEvent] {
        let read = filebeat("filebeat.inputs: [{type: filestream, id: a, paths: [/a.log], \(options)}]")
        let config = try #require(read.config)
        let input = try #require(config.inputs.first, "\(config.refused)")
        let builder = EventBuilder(input, config, HostMetadata(hostName: "h", version: "1"))
        var cutter = LineCutter(offset: 0, limit: input.maxBytes, format: input.lineFormat)
        let chain = builder.parsers()
        var events: [LogEvent] = []
        var end: Int64 = 0
        func accept(_ entry: Entry) {
            #expect(entry.end >= end, "an end went back")
            end = entry.end
            if let event = builder.event(entry, path: "/a.log", now: clock) { events.append(event) }
        }
        var start = 0
        while start < bytes.count {
            let next = min(bytes.count, start + min(piece, bytes.count))
            bytes[start..<next].withUnsafeBufferPointer { slice in
                cutter.add(slice) { line in
                    if let chain { chain.add(Entry(line), now: clock, accept) } else { accept(Entry(line)) }
                }
            }
            start = next
        }
        chain?.finish(now: clock, accept)
        #expect(end == cutter.lineStart, "what is done ends where the lines do")
        return events
    }

    private static func events(_ text: String, _ options: String) throws -> [LogEvent] {
        try events(Array(text.utf8), options)
    }

    static let joining: [(options: String, text: String, messages: [String])] = [
        ("parsers: [{multiline: {type: count, count_lines: 2}}]", "a\nb\nc\n", ["a\nb", "c"]),
        (
            "parsers: [{multiline: {type: count, count_lines: 3, skip_newline: true}}]", "a\nb\nc\nd\n", ["abc", "d"]
        ),
        (
            "parsers: [{multiline: {type: while_pattern, pattern: '^>'}}]", "a\n>b\n>c\nd\n>e\n",
            ["a", ">b\n>c", "d", ">e"]
        ),
        (
            "parsers: [{multiline: {type: while_pattern, pattern: '^-', negate: true}}]", "a\nb\n-\nc\n",
            ["a\nb", "-", "c"]
        ),
        (
            "parsers: [{include_message.patterns: ['^[ab]']}, {multiline: {type: count, count_lines: 2}}]",
            "a\nx\nb\nx\na\n", ["a\nb", "a"]
        ),
        ("parsers: [{include_message.patterns: [a]}]", "a\nx\nba\nx\n", ["a", "ba"]),
        (
            "parsers: [{multiline: {pattern: '^{', negate: true, match: after}}, {ndjson: {target: ''}}]",
            "{\"message\":\n\"a\"}\n{\"message\":\"b\"}\n", ["a", "b"]
        ),
        (
            "parsers: [{ndjson: {target: '', message_key: log}}, {multiline: {pattern: '^ ', match: after}}]",
            "{\"log\":\"a\"}\n{\"log\":\" b\"}\n{\"log\":\"c\"}\n", ["a\n b", "c"]
        ),
        (
            "parsers: [{container: ~}, {multiline: {pattern: '^ ', match: after}}]",
            "2026-11-26T05:00:00Z stdout F a\n2026-11-26T05:00:00Z stdout F  b\n2026-11-26T05:00:00Z stdout F c\n",
            ["a\n b", "c"]
        ),
        (
            "parsers: [{container: {stream: stderr}}, {ndjson: {target: ''}}]",
            #"{"log":"{\"message\":\"x\"}\n","stream":"stdout","time":"2026-11-26T05:00:00Z"}"# + "\n"
                + #"{"log":"{\"message\":\"y\"}\n","stream":"stderr","time":"2026-11-26T05:00:00Z"}"# + "\n", ["y"]
        ),
    ]

    @Test("are done in their order", arguments: joining)
    func order(_ options: String, _ text: String, _ messages: [String]) throws {
        let events = try Self.events(text, options)
        let texts = events.map { event -> String in
            if case .string(let text)? = event.fields["log"] { text } else { event.message }
        }
        #expect(texts == messages)
    }

    @Test("put pieces of containers' lines together, also where the streams lie between each other")
    func pieces() throws {
        let text = """
            2026-11-26T05:00:00.1Z stderr P part one\u{20}
            2026-11-26T05:00:00.2Z stdout F between
            2026-11-26T05:00:01.2Z stderr F part two
            2026-11-26T12:00:02+07:00 stdout F ERROR last
            no line of a container
            2026-11-26T05:00:03Z stdout old form

            """
        let events = try Self.events(text, "parsers: [{container: {format: cri}}]")
        #expect(
            events.map(\.message) == [
                "part one part two", "between", "ERROR last", "no line of a container", "old form",
            ])
        #expect(
            events.map { $0.fields["stream"] } == [
                .string("stderr"), .string("stdout"), .string("stdout"), nil, .string("stdout"),
            ])
        #expect(events.prefix(3).map { $0.timestamp - 1_795_669_200_000 } == [100, 200, 2_000])
        #expect(events[2].fields["level"] == .string("ERROR"))
        let docker = """
            {"log":"one ","stream":"stdout","time":"2026-11-26T05:00:00.1Z"}
            {"log":"two\\n","stream":"stdout","time":"2026-11-26T05:00:00.2Z","attrs":{"tag":"x"}}
            {"log":"three\\r\\n","stream":"stderr","time":"2026-11-26T05:00:00.3Z"}

            """
        #expect(try Self.events(docker, "parsers: [{container: ~}]").map(\.message) == ["one two", "three"])
    }

    @Test("take lines of syslog apart")
    func syslog() throws {
        let text = """
            <165>1 2026-11-26T05:00:00.003Z host app 12 ID47 [ex@1 a="x \\"y\\"" b="]"][o] \u{feff}hello
            <11>Nov 26 05:00:01 host recd[7]: boom
            Nov 26 05:00:02 host kernel: no priority
            not syslog

            """
        let events = try Self.events(text, "fields: {event.timezone: UTC}, parsers: [{syslog: ~}]")
        #expect(events.map(\.message) == ["hello", "boom", "no priority", "not syslog"])
        #expect(events.prefix(3).map { $0.timestamp - 1_795_669_200_000 } == [3, 1_000, 2_000])
        #expect(events.map { $0.fields["level"] } == [.string("INFO"), .string("ERROR"), nil, nil])
        #expect(events[0].fields["log.syslog.structured_data.ex@1.a"] == .string("x \"y\""))
        #expect(events[1].fields["log.syslog.appname"] == .string("recd"))
        #expect(events[3].fields["error.message"] != nil)
    }

    static let encodings: [(options: String, bytes: [UInt8], messages: [String])] = [
        ("encoding: latin1", [0xe9, 10, 0x62, 10], ["é", "b"]), ("encoding: iso8859-1", [0xe9, 13, 10], ["é"]),
        ("encoding: gbk", [0xc9, 0xe3, 0xcf, 0xf1, 0xcd, 0xb7, 10], ["摄像头"]),
        ("encoding: windows-1258", [0x63, 0xd0, 10], ["cĐ"]), ("encoding: koi8r", [0xc1, 10], ["а"]),
        ("encoding: shift-jis", [0x83, 0x4a, 10], ["カ"]), ("encoding: big5", [0xa4, 0xa4, 10], ["中"]),
        ("encoding: utf-16le", [0x0a, 0x01, 0x61, 0, 13, 0, 10, 0, 0x62, 0, 10, 0], ["\u{10a}a", "b"]),
        ("encoding: utf-16be", [0x0a, 0x61, 0, 10, 0, 0x62, 0, 10], ["\u{a61}", "b"]),
        ("encoding: utf-16-bom", [0xfe, 0xff, 0, 0x61, 0, 10, 0, 0x62, 0, 10], ["a", "b"]),
        ("encoding: utf-16-bom", [0xff, 0xfe, 0x61, 0, 10, 0], ["a"]),
        ("encoding: utf-8", [0x61, 0xff, 10], ["a\u{fffd}"]),
        ("encoding: gbk", [0x61, 0xff, 0x62, 10], ["a\u{fffd}b"]),
        ("line_terminator: carriage_return", [0x61, 13, 0x62, 10, 13], ["a", "b\n"]),
        ("line_terminator: carriage_return_line_feed", [0x61, 10, 0x62, 13, 10, 0x63, 13, 10], ["a\nb", "c"]),
        ("line_terminator: null_terminator", [0x61, 0, 0x62, 0], ["a", "b"]),
        ("line_terminator: line_separator", [0x61, 0xe2, 0x80, 0xa8, 0x62, 0xe2, 0x80, 0xa8], ["a", "b"]),
        ("line_terminator: next_line, encoding: latin1", [0x61, 0x85, 0x62, 0x85], ["a", "b"]),
        ("max_bytes: 4, encoding: utf-16le", [0x61, 0, 0x62, 0, 0x63, 0, 10, 0, 0x64, 0, 10, 0], ["ab", "d"]),
    ]

    @Test(
        "read bytes of other encodings and other ends of lines, in pieces of any length", arguments: encodings.indices)
    func bytes(_ index: Int) throws {
        let (options, bytes, messages) = Self.encodings[index]
        for piece in [1, 2, 3, .max] {
            #expect(try Self.events(bytes, options, piece: piece).map(\.message) == messages, "\(options) by \(piece)")
        }
    }

    @Test("any bytes end no reading", arguments: ["container", "syslog", "ndjson"])
    func hostile(_ parser: String) throws {
        var generator = SeededGenerator(for: "bytes for \(parser)")
        let seeds = [
            "2026-11-26T05:00:00.1Z stderr P part\n", "{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"x\"}\n",
            "<165>1 2026-11-26T05:00:00.003Z host app 12 ID47 [ex a=\"x\"] hi\n",
            "<11>Nov 26 05:00:01 host recd[7]: b\n",
        ]
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            for _ in 0..<4 { bytes += generator.pick(seeds).utf8 }
            for _ in 0..<6 {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try Self.events(bytes, "parsers: [{\(parser): {}}]")
        }
    }
}
