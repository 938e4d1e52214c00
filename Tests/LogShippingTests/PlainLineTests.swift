import Foundation
import Model
import TestSupport
import Testing

@testable import LogShipping

/// Lines of programs that a video-management system runs beside: our own cases, and those where `CONFORMANCE_DIR` says
/// they lie.
@Suite("What plain lines begin with")
struct PlainLineTests {
    /// 26 November 2026, 06:00 UTC.
    private static let clock: Int64 = 1_795_672_800_000

    private static func facts(_ line: String, zone: String = "UTC", now: Int64 = clock) throws -> LineFacts {
        LineFacts(line, LineContext(zone: try #require(LineZone.named(zone)), now: now, path: "/a.log"))
    }

    private static func text(_ time: Int64?) -> String {
        guard let time else { return "" }
        let milliseconds = String(1_000 + time % 1_000).dropFirst()
        return Date(timeIntervalSince1970: Double(time / 1_000)).formatted(.iso8601).dropLast() + ".\(milliseconds)Z"
    }

    private static let files = Conformance.folders.map { $0 + "/logs/plain_lines.tsv" }
        .filter(FileManager.default.fileExists)

    @Test("their time and level are known", arguments: files)
    func conformance(_ path: String) throws {
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(rows.count > 10)
        for row in rows {
            let columns = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let found = try Self.facts(columns[1].replacing("\\e", with: "\u{1b}"))
            let wanted = columns[2].prefix { $0 != " " }
            if wanted == "read" {
                #expect(found.timestamp == nil, "\(columns[0])")
            } else {
                #expect(Self.text(found.timestamp).hasPrefix(wanted), "\(columns[0])")
            }
            #expect(found.level?.rawValue ?? "" == columns[3], "\(columns[0])")
        }
    }

    /// Lines whose clock shows 05:00:00.123 without a zone, with their level and how it is written.
    static let withoutZone: [(line: String, level: String, written: String?)] = [
        ("2026-11-26 05:00:00.123 ERROR x", "ERROR", nil),
        ("2026-11-26T05:00:00,123 [main] WARN  c.e.Foo - x", "WARN", nil),
        ("2026-11-26 05:00:00,123 - vms.rec - CRITICAL - boom", "FATAL", "CRITICAL"),
        ("2026-11-26 05:00:00,123 root WARNING x", "WARN", "WARNING"),
        ("2026/11/26 05:00:00.123456 main.go:23: camera 3 connected", "", nil),
        ("2026/11/26 05:00:00.123 WAR [path cam1] x", "WARN", "WAR"),
        ("2026/11/26 05:00:00.123 DEB [RTSP] x", "DEBUG", "DEB"),
        ("2026/11/26 05:00:00.123 [crit] 12#12: *3 x", "FATAL", "crit"),
        ("W1126 05:00:00.123456       7 a.go:1] x", "WARN", "W"),
        ("I20261126 05:00:00.123456 7 a.cc:1] x", "INFO", "I"),
        ("Nov 26 05:00:00.123 host sshd[12]: error: x", "ERROR", "error"),
        ("<27>Nov 26 05:00:00.123 host app[1]: x", "ERROR", nil),
        ("<30>Nov 26 05:00:00.123 host app[1]: WARNING x", "WARN", "WARNING"),
        ("Thu Nov 26 05:00:00.123 2026 x", "", nil),
        ("Nov 26, 2026 5:00:00.123 AM com.vms.Engine start", "", nil),
        ("26-Nov-2026 05:00:00.123 SEVERE [main] org.x.Y z", "ERROR", "SEVERE"),
        ("12:M 26 Nov 2026 05:00:00.123 # x", "WARN", "#"),
        ("12:M 26 Nov 2026 05:00:00.123 * x", "INFO", "*"),
        ("[7] 26 Nov 05:00:00.123 - x", "DEBUG", "-"),
        ("05:00:00.123 WRN [rtsp] error=\"x\" stream=cam-1", "WARN", "WRN"),
        ("05:00:00.123 [main] ERROR com.vms.A - x", "ERROR", nil),
        ("[2026-11-26 05:00:00.123] frigate.video                  ERROR   : x", "ERROR", nil),
        (
            "2026-11-26 05:00:00.123456789  [2026-11-26 05:00:01] frigate.app            INFO    : x", "INFO", nil
        ),
        ("camera-1  | 2026-11-26 05:00:00.123 ERROR x", "ERROR", nil),
        ("0|vms  | 2026-11-26 05:00:00.123: x", "", nil),
        ("2026-11-26T05:00:00.123\u{9}error\u{9}a.go:1\u{9}x", "ERROR", "error"),
        ("[2026/11/26 05:00:00.123] [ info] [engine] x", "INFO", "info"),
        ("2026-11-26 05:00:00.123 | WARNING  | app.main:f:12 - x", "WARN", "WARNING"),
        ("2026-11-26 05:00:00.123 \u{1b}[31mERROR\u{1b}[0m x", "ERROR", nil),
        ("\u{1b}[90m2026-11-26 05:00:00.123\u{1b}[0m \u{1b}[1;33mWRN\u{1b}[0m x", "WARN", "WRN"),
        ("\u{1b}[32m05:00:00.123\u{1b}[0m [\u{1b}[33mwarn\u{1b}[0m] x", "WARN", "warn"),
        ("E, [2026-11-26T05:00:00.123456 #12] ERROR -- : x", "ERROR", nil),
        ("26.11.2026 05:00:00.123 ERROR x", "ERROR", nil),
        ("20261126 05:00:00.123 ERROR x", "ERROR", nil),
        ("[2026-11-26 05:00:00:123] ERROR x", "ERROR", nil),
        ("2026-11-26  5:00:00.123 0 [Note] x", "INFO", "Note"),
        ("ERROR 2026-11-26 05:00:00.123 x", "ERROR", nil),
        ("level=info time=\"2026-11-26T05:00:00.123\" msg=\"level=error\"", "INFO", "info"),
        ("{\"time\":\"2026-11-26 05:00:00.123\",\"severity\":\"Warning\"}", "WARN", "Warning"),
        ("2026-11-26 05:00:00.123 cam-3: expected 2026-11-25 11:00:00 UTC", "", nil),
        ("2026-11-26 05:00:00.123 INFO finished with no ERROR", "INFO", nil),
        ("2026-11-26 05:00:00.123 no error in camera 3", "", nil),
        ("2026-11-26 05:00:00.123 closed without ERROR", "", nil),
        ("2026-11-26 05:00:00.123 Alert: motion at gate 3", "", nil),
        ("2026-11-26 05:00:00.123 debug mode is off", "", nil),
        ("Nov 26, 2026 5:00:00.123 AM com.vms.Engine start\nSEVERE: x", "ERROR", "SEVERE"),
        ("2026-11-26 05:00:00.123 it failed\n  ERROR in the second line", "", nil),
        ("26 Nov 2026 05:00:00,123 - ERROR - x", "ERROR", nil),
        ("11-26-2026 05:00:00.123 ERROR x", "ERROR", nil), ("26-11-2026 05:00:00.123 ERROR x", "ERROR", nil),
        ("2026-11-26 05:00:00.123 [rtsp @ 0x55d] [verbose] x", "DEBUG", "verbose"),
    ]

    @Test("a time without a zone is the site's, whatever the form", arguments: withoutZone.indices)
    func unzoned(_ index: Int) throws {
        let (line, level, written) = Self.withoutZone[index]
        for (zone, hour, day) in [("Asia/Ho_Chi_Minh", 22, 25), ("UTC", 5, 26), ("-03:00", 8, 26)] {
            let shown = "2026-11-\(day)T\(hour < 10 ? "0" : "")\(hour):00:00"
            let found = try Self.facts(line, zone: zone, now: Self.clock + 4 * 3_600_000)
            #expect(Self.text(found.timestamp).hasPrefix(shown), "\(line): \(Self.text(found.timestamp))")
            #expect(found.timestamp.map { $0 % 1_000 == 123 } ?? false, "\(line)")
            #expect(found.level?.rawValue ?? "" == level, "\(line)")
            #expect(found.writtenLevel == written.map(LogValue.string), "\(line)")
        }
    }

    /// Lines of 05:00:00.123 UTC, wherever the site is.
    static let withZone: [(line: String, level: String)] = [
        ("2026-11-26 05:00:00.123 UTC [123] vms@db FATAL:  x", "FATAL"),
        ("2026-11-26 12:00:00.123 +07 [123] LOG:  x", "INFO"),
        ("2026-11-26 05:00:00.123 UTC [123] STATEMENT:  SELECT 1 -- ERROR", ""),
        ("<165>1 2026-11-26T05:00:00.123Z host app 123 ID47 - x", "INFO"),
        ("<11>1 2026-11-26T12:00:00.123+07:00 host app - - - x", "ERROR"),
        ("2026-11-26T12:00:00.123+07:00 ERROR 1 --- [main] c.e.A : x", "ERROR"),
        ("[2026-11-26T12:00:00.123+0700][warning][gc] x", "WARN"),
        ("2026-11-26T05:00:00.123Z stdout F 2026-11-26 11:00:00 ERROR x", "ERROR"),
        ("Thu, 26 Nov 2026 12:00:00.123 +0700 x", ""),
        ("Thu Nov 26 12:00:00.123 +07 2026 x", ""),
        ("1795669200.123    200 10.0.0.1 TCP_MISS/200 1 GET http://x", ""),
        ("1795669200123 ERROR x", "ERROR"), ("1795669200123456 ERROR x", "ERROR"),
        ("1795669200123456789 WARN x", "WARN"), ("[1795669200.123] INFO: x", "INFO"),
        ("ts=1795669200.123 level=warn caller=a.go:1 msg=x", "WARN"),
        ("caller=a.go:1 level=error ts=2026-11-26T05:00:00.123Z msg=\"no level=info\"", "ERROR"),
        ("type=SYSCALL msg=audit(1795669200.123:45): x", ""),
        ("20261126T050000.123Z ERROR x", "ERROR"),
        ("{\"ts\":1795669200.123,\"level\":\"warn\"}", "WARN"), ("{\"time\":1795669200123,\"level\":50}", "ERROR"),
        ("{\"@timestamp\":\"2026-11-26T05:00:00.123Z\",\"level\":\"ERROR\",\"mess", ""),
        ("2001:db8::1 - - [26/Nov/2026:12:00:00.123 +0700] \"GET /ERROR HTTP/1.1\" 500 1", ""),
    ]

    @Test("a zone in a line is obeyed, whatever the form", arguments: withZone.indices)
    func zoned(_ index: Int) throws {
        let (line, level) = Self.withZone[index]
        for zone in ["Asia/Ho_Chi_Minh", "UTC"] {
            let found = try Self.facts(line, zone: zone)
            #expect(Self.text(found.timestamp) == "2026-11-26T05:00:00.123Z", "\(line)")
            #expect(found.level?.rawValue ?? "" == level, "\(line)")
        }
    }

    @Test(
        "what only looks like a time is none, and a level of which a line speaks is none",
        arguments: [
            "1234567890 bytes were sent", "5551234567 called", "4102444800 x", "12345 2 3", "10.0.0.1 is down",
            "12:30:05 is when it ends", "2026-13-45 12:00:00 x", "licence ends 2027-01-01 00:00:00", "1.2.3 is out",
            "2026-02-30 12:00:00 x", "2026-11-26 25:00:00 x", "frame 1795669200 lost", "[rtsp @ 0x55d] error 401",
            "version 2026.11.26 05:00:00", "there was no error", "an ERROR is near", "Alert: gate open",
            "[h264 @ 0x1] error while decoding MB 1 2", "nothing INFORMATIVE", "", " ", "[", "<", "[[", "2026", "{",
            "{\"time\":12.5,\"level\":80}", "<999>x", "<", "E112", "Nov", "Thu Nov", "26/Nov/", "\u{1b}[", "\u{1b}",
        ])
    func nothing(_ line: String) throws {
        let found = try Self.facts(line)
        #expect(found.timestamp == nil && found.level == nil, "\(line)")
    }

    @Test(
        "the camera of a line is known",
        arguments: [
            ("x camera_id=front-1, slow", "front-1"), ("[cam-017] x camera=cam-3 gone", "cam-3"),
            ("[cam-017] x", "cam-017"),
            ("camera=cam-3 camera_id='7'", "7"), ("camera=\"cam-3.\" x", "cam-3"), ("camera=front x", nil),
            ("cam", nil),
            ("xcamera_id=7", nil), ("camera_id=", nil), ("camera_id=-", nil), ("[cam-]", nil), ("[cam-1", nil),
            (String(repeating: " ", count: 130) + "[cam-1]", nil), ("Camera cam-7 failed", nil), ("camera=cam-", nil),
        ])
    func cameras(_ line: String, _ camera: String?) throws {
        #expect(try Self.facts(line).cameraID == camera)
    }

    @Test("a leap second is the first of the next minute")
    func leapSecond() throws {
        #expect(Self.text(try Self.facts("2016-12-31T23:59:60Z x").timestamp) == "2017-01-01T00:00:00.000Z")
    }

    @Test("no beginning of a line, and no line with a byte turned, ends the reading")
    func hostile() throws {
        let lines = Self.withoutZone.map(\.line) + Self.withZone.map(\.line)
        var generator = SeededGenerator(for: "hostile beginnings")
        for line in lines {
            let bytes = Array(line.utf8)
            for length in 0...min(60, bytes.count) {
                _ = try Self.facts(String(decoding: bytes[..<length], as: UTF8.self))
            }
            for _ in 0..<40 {
                var turned = bytes
                turned[Int.random(in: 0..<turned.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
                _ = try Self.facts(String(decoding: turned, as: UTF8.self))
            }
        }
    }
}
