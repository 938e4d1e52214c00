import ConfigText
import Listening
import Testing

@testable import LogShipping

@Suite("Inputs that listen")
struct ListenerConfigTests {
    private func config(_ input: String) throws -> (config: FilebeatConfig, problems: [ConfigProblem]) {
        let (config, problems) = filebeat("filebeat.inputs:\n  - \(input)\n")
        return (try #require(config), problems)
    }

    static let right: [(String, String, LogListening.Framing)] = [
        ("{type: udp, host: 'localhost:9000'}", "udp://localhost:9000", .delimiter([10])),
        ("{type: udp, host: ':514'}", "udp://0.0.0.0:514", .delimiter([10])),
        ("{type: udp, host: '[::1]:514'}", "udp://[::1]:514", .delimiter([10])),
        ("{type: tcp, host: '127.0.0.1:9000'}", "tcp://127.0.0.1:9000", .delimiter([10])),
        ("{type: tcp, host: '127.0.0.1:9000', framing: rfc6587}", "tcp://127.0.0.1:9000", .counted),
        (
            "{type: tcp, host: '127.0.0.1:9000', line_delimiter: \"\\r\\n\"}", "tcp://127.0.0.1:9000",
            .delimiter([13, 10])
        ),
        ("{type: syslog, protocol.udp.host: '0.0.0.0:514'}", "udp://0.0.0.0:514", .delimiter([10])),
        ("{type: syslog, protocol.tcp.host: '0.0.0.0:514'}", "tcp://0.0.0.0:514", .counted),
        (
            "{type: syslog, protocol.tcp: {host: '0.0.0.0:514', framing: delimiter}}", "tcp://0.0.0.0:514",
            .delimiter([10])
        ),
        (
            "{type: syslog, protocol.tcp: {host: '0.0.0.0:514', line_delimiter: \"\\0\"}}", "tcp://0.0.0.0:514",
            .delimiter([0])
        ),
        (
            "{type: syslog, format: rfc5424, timezone: Asia/Ho_Chi_Minh, protocol.tcp: {host: ':601', ssl.enabled: false}}",
            "tcp://0.0.0.0:601", .counted
        ),
    ]

    @Test("are read as Filebeat has them", arguments: right)
    func reads(_ text: String, _ url: String, _ framing: LogListening.Framing) throws {
        let (config, problems) = try config(text)
        #expect(problems.isEmpty && config.refused.isEmpty, "\(problems)")
        let input = try #require(config.inputs.first)
        #expect(input.paths == [url] && input.listening?.url == url)
        #expect(input.listening?.framing == framing)
        #expect((input.syslog != nil) == (input.kind == .syslog))
    }

    @Test("have the limits that are written, and bounded ones where none are")
    func limits() throws {
        let udp = try #require(
            try config("{type: udp, host: ':514', max_message_size: 1MiB, read_buffer: 2MiB}").config.inputs.first?
                .listening)
        #expect(udp.messageBytesMax == 65_535 && udp.receiveBuffer == 2 << 20)
        let tcp = try #require(
            try config("{type: tcp, host: ':514', max_message_size: 1MiB, max_connections: 7, timeout: 30s}").config
                .inputs
                .first?.listening)
        #expect(tcp.messageBytesMax == 1 << 20 && tcp.connectionsMax == 7 && tcp.timeout == .seconds(30))
        let plain = try #require(
            try config("{type: tcp, host: ':514', max_connections: 0}").config.inputs.first?.listening)
        #expect(plain.messageBytesMax == 20 << 20 && plain.connectionsMax == 1_024 && plain.timeout == .seconds(300))
    }

    static let wrong = [
        ("{type: udp}", "has no host"),
        ("{type: udp, host: localhost}", "write HOST:PORT"),
        ("{type: udp, host: 'localhost:0'}", "write HOST:PORT"),
        ("{type: udp, host: 'localhost:70000'}", "write HOST:PORT"),
        ("{type: tcp, host: '::1:514'}", "in brackets"),
        ("{type: tcp, host: ':514', framing: octets}", "framing"),
        ("{type: tcp, host: ':514', line_delimiter: 'more than sixteen bytes'}", "line_delimiter"),
        ("{type: tcp, host: ':514', ssl.certificate: /etc/a.pem}", "TLS is not taken here yet"),
        ("{type: syslog, protocol.tcp: {host: ':514', ssl: {key: /etc/a.key}}}", "TLS is not taken here yet"),
        ("{type: tcp, host: ':514', max_message_size: large}", "is not a size"),
        ("{type: tcp, host: ':514', timeout: soon}", "is not a duration"),
        ("{type: syslog}", "no protocol"),
        ("{type: syslog, protocol: {}}", "no protocol"),
        ("{type: syslog, protocol.udp: {}}", "no host"),
        ("{type: syslog, protocol: {udp.host: ':514', tcp.host: ':514'}}", "two protocols"),
        ("{type: syslog, protocol.unix.path: /dev/log}", "protocol.unix is not done"),
        ("{type: syslog, format: rfc9999, protocol.udp.host: ':514'}", "rfc3164"),
        ("{type: syslog, timezone: Mars/Olympus, protocol.udp.host: ':514'}", "no time zone"),
        ("{type: syslog, protocol.udp.host: ':514', processors: [{script.source: x}]}", "script is not done"),
        ("{type: udp, host: ':514', exclude_line: [a]}", "did you mean \"exclude_lines\""),
        (
            "{type: udp, host: ':514'}\n  - {type: udp, host: '0.0.0.0:514', id: other}",
            "two inputs listen at udp://0.0.0.0:514"
        ),
        ("{type: udp, host: ':514', id: a}\n  - {type: tcp, host: ':514', id: a}", "two inputs have the id \"a\""),
    ]

    @Test("do not start where something in them is wrong, and say what", arguments: wrong)
    func refuses(_ text: String, _ reason: String) throws {
        let (config, problems) = try config(text)
        #expect(config.refused.count == 1)
        #expect(config.inputs.count == (text.contains("\n") ? 1 : 0))
        let errors = problems.filter { $0.severity == .error }
        #expect(errors.count == 1 && errors.first?.description.contains(reason) == true, "\(problems)")
    }

    @Test(
        "beyond this host are refused with a word, unless that is allowed",
        arguments: [
            ("0.0.0.0:514", false), (":514", false), ("[::]:514", false), ("10.0.0.5:514", false),
            ("cameras:514", false),
            ("127.attacker.example:514", false), ("127.0.0.1:514", true), ("127.8.8.8:514", true),
            ("localhost:514", true),
            ("[::1]:514", true),
        ])
    func open(_ host: String, _ isClosed: Bool) throws {
        let text =
            "{type: syslog, id: switches, protocol.udp.host: '\(host)'}\n  - {type: filestream, id: a, paths: [/a]}"
        let whole = try config(text).config
        #expect(whole.inputs.count == 2 && whole.refused.isEmpty)
        let closed = whole.refusingOpenListeners
        #expect(closed.inputs.map(\.id) == (isClosed ? ["switches", "a"] : ["a"]))
        #expect(closed.refused.map(\.id) == (isClosed ? [] : ["switches"]))
        if !isClosed { #expect(closed.refused.first?.reason.contains("say --insecure-listen") == true) }
        #expect(closed.ofFiles.inputs.map(\.id) == ["a"])
    }
}
