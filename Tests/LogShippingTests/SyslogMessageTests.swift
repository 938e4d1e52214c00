import Foundation
import Listening
import Model
import Testing

@testable import LogShipping

@Suite("Messages of syslog")
struct SyslogMessageTests {
    /// 28 November 2026, 12:00:00 UTC.
    private static let now: Int64 = 1_795_867_200_000

    private func made(
        _ text: [UInt8], kind: FilebeatInput.Kind = .syslog, isCut: Bool = false,
        change: (inout FilebeatInput) -> Void = { _ in }
    ) -> LogEvent? {
        let input = listener(kind, .udp, 514) { input in
            input.syslog?.addsErrorKey = false
            input.timeZone = "UTC"
            change(&input)
        }
        let builder = EventBuilder(input, FilebeatConfig(), HostMetadata(hostName: "host-1", version: "1"))
        return MessageBuilder(builder).event(
            ReceivedMessage(bytes: text, sender: "10.0.0.7:5140", time: Self.now, isCut: isCut))
    }

    private func made(_ text: String, change: (inout FilebeatInput) -> Void = { _ in }) -> LogEvent? {
        made(Array(text.utf8), change: change)
    }

    private func shown(_ event: LogEvent, _ name: String) -> String? {
        switch event.fields[name] {
        case .string(let text)?: text
        case .integer(let number)?: String(number)
        default: nil
        }
    }

    static let rows: [(String, [String: String], Int64)] = [
        (
            "<34>Nov 28 11:59:50 core-1 su[712]: 'su root' failed for lonvick on /dev/pts/8",
            [
                "message": "'su root' failed for lonvick on /dev/pts/8", "hostname": "core-1", "process.name": "su",
                "process.pid": "712", "event.severity": "2", "log.syslog.priority": "34",
                "log.syslog.facility.code": "4",
                "level": "FATAL",
            ], -10
        ),
        (
            "<165>1 2026-11-28T18:59:00.003+07:00 cam-7 evntslog - ID47 [ex@32473 iut=\"3\"] motion seen",
            [
                "message": "motion seen", "hostname": "cam-7", "process.name": "evntslog", "event.severity": "5",
                "log.syslog.structured_data.ex@32473.iut": "3", "level": "INFO",
            ], -60
        ),
        ("<27>Nov 28 11:59:50 nvr-2 recorder: disk is full", ["message": "disk is full", "level": "ERROR"], -10),
        (
            "<30>2026-11-28T18:59:50.250+07:00 nvr-2 recorder[8]: as rsyslog forwards it",
            ["message": "as rsyslog forwards it", "hostname": "nvr-2", "process.name": "recorder", "process.pid": "8"],
            -10
        ),
        // As many cameras and switches send it.
        ("<188>link down on port 7", ["message": "link down on port 7", "event.severity": "4", "level": "WARN"], 0),
        (
            "<189>45: *Nov 28 11:59:50: %SYS-5-CONFIG_I: configured",
            ["message": "45: *Nov 28 11:59:50: %SYS-5-CONFIG_I: configured", "event.severity": "5"], -10
        ),
        // What is none of syslog is a message still.
        ("<999>x", ["message": "<999>x"], 0), ("<>x", ["message": "<>x"], 0), ("<14", ["message": "<14"], 0),
        ("plain text", ["message": "plain text"], 0),
        ("<14>Nov 31 11:59:50 h t: x", ["message": "Nov 31 11:59:50 h t: x", "event.severity": "6"], 0),
        // A clock that is wrong is what the message says.
        ("<14>1 1970-01-01T00:00:05Z h t - - - x", ["message": "x"], 5 - now / 1_000),
        ("<14>1 2031-01-01T00:00:00Z h t - - - x", ["message": "x"], 1_924_992_000 - now / 1_000),
    ]

    @Test("become events with the fields that Filebeat has", arguments: rows)
    func fields(_ text: String, _ fields: [String: String], _ seconds: Int64) throws {
        let event = try #require(made(text))
        for (name, value) in fields { #expect(shown(event, name) == value, "\(name)") }
        #expect(shown(event, "log.source.address") == "10.0.0.7:5140")
        #expect(shown(event, "input.type") == "syslog")
        #expect(event.fields["log.offset"] == nil && event.fields["log.file.path"] == nil)
        #expect(abs(event.timestamp - Self.now - seconds * 1_000) < 1_000)
    }

    @Test(
        "have a program though no host is written, as BusyBox sends them",
        arguments: ["dnsmasq[9]: query: x", "dnsmasq: query: x"])
    func noHost(_ text: String) throws {
        let event = try #require(made("<30>Nov 28 11:59:50 " + text))
        #expect(event.message == "query: x" && event.fields["hostname"] == nil)
        #expect(shown(event, "process.name") == "dnsmasq")
    }

    @Test("have the input's timezone where they name none, then event.timezone")
    func zones() throws {
        let text = "<14>Nov 28 11:59:50 h t: x"
        #expect(try #require(made(text)).timestamp == Self.now - 10_000)
        let ofRule = try #require(
            made(text) { input in
                input.syslog?.zone = LineZone.named("+03:00")
                input.timeZone = "+07:00"
            })
        #expect(ofRule.timestamp == Self.now - 10_000 - 3 * 3_600_000)
        let ofInput = try #require(made(text) { $0.timeZone = "+07:00" })
        #expect(ofInput.timestamp == Self.now - 10_000 - 7 * 3_600_000)
        let written = try #require(made("<14>1 2026-11-28T11:59:50Z h t - - - x") { $0.timeZone = "+07:00" })
        #expect(written.timestamp == Self.now - 10_000)
    }

    @Test("are obeyed in the format that is asked for alone")
    func formats() throws {
        let traditional = "<14>Nov 28 11:59:50 h t: x"
        let structured = "<14>1 2026-11-28T11:59:50Z h t - - - x"
        for (format, text, isRead) in [
            (SyslogRule.Format.rfc3164, traditional, true), (.rfc5424, traditional, false),
            (.rfc5424, structured, true), (.auto, traditional, true), (.auto, structured, true),
        ] {
            let event = try #require(made(text) { $0.syslog?.format = format })
            #expect((shown(event, "process.name") == "t") == isRead, "\(format) \(text)")
        }
    }

    @Test("that are no text, or were cut, say so and are kept")
    func odd() throws {
        let broken = try #require(made([0xff, 0xfe, 97, 0, 98]))
        #expect(broken.message == "\u{fffd}\u{fffd}a\0b")
        let cut = try #require(made(Array("<14>x".utf8), isCut: true))
        #expect(cut.fields["log.flags"] == .array([.string("truncated")]))
        #expect(made("<14>") == nil)
    }

    @Test("of the inputs udp and tcp are lines as they are, with their own time and level")
    func plain() throws {
        let event = try #require(made(Array("2026-11-28T11:59:50Z WARN [cam] <14>x".utf8), kind: .udp))
        #expect(event.message == "2026-11-28T11:59:50Z WARN [cam] <14>x")
        #expect(event.timestamp == Self.now - 10_000 && shown(event, "level") == "WARN")
        #expect(shown(event, "input.type") == "udp" && event.fields["log.syslog.priority"] == nil)
    }
}
